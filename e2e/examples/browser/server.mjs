// A static server and the two calls that only a backend may make: it holds the API key, the page does not.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { whereIsLongwire } from '../where.mjs';

const { control, service, apiKey } = whereIsLongwire();
const page = fileURLToPath(new URL('index.html', import.meta.url));
// The package as npm has it: here as `npx nx run client:build` made it.
const library = process.env.CLIENT_FOLDER ?? fileURLToPath(new URL('../../../libs/client/dist', import.meta.url));
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.wasm': 'application/wasm' };

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error.message);
    if (!response.headersSent) response.writeHead(error.code === 'ENOENT' ? 404 : 502).end();
  });
});

async function answer(request, response) {
  const { pathname } = new URL(request.url, 'http://page');
  if (request.method === 'POST') return passOn(pathname, await text(request), response);
  const isLibrary = pathname.startsWith('/longwire/');
  // normalize() of an absolute path cannot climb above it.
  const file = isLibrary ? join(library, normalize(pathname.slice('/longwire'.length))) : page;
  if (!isLibrary && pathname !== '/') return response.writeHead(404).end();
  const content = await readFile(file);
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(content);
}

async function passOn(pathname, body, response) {
  const { room, name, text: said } = JSON.parse(body || '{}');
  // A real backend knows from its own sign-in who is asking. Here everybody is who they say.
  const calls = {
    '/api/connect': () => [`${control}/v1/connect`, { userId: name, deviceId: `web-${name}`, roomId: room }],
    '/api/say': () => [
      `${service}/v1/push`,
      { target: { kind: 'room', roomId: room }, payload: { cmd: 'DANMU_MSG', name, text: String(said).slice(0, 100) } },
    ],
  };
  const [url, payload] = calls[pathname]?.() ?? [];
  if (url === undefined) return response.writeHead(404).end();
  const answered = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(payload),
  });
  response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? 'text/plain' });
  response.end(await answered.text());
}

server.listen(Number(process.env.PORT ?? 7301), '127.0.0.1', () => {
  console.log(`open http://127.0.0.1:${server.address().port}/?room=1000&name=ann`);
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
