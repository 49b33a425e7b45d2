import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { TicketDesk } from './ticket-desk.ts';

const CLIENT = fileURLToPath(new URL('../../libs/client/src/index.ts', import.meta.url));
const BROTLI_WASM = new URL('../../node_modules/brotli-wasm/', import.meta.url);
const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

/** A page as somebody writes it without a build: the library by `<script type="module">`, brotli-wasm by an import map. */
const PAGE = `<!doctype html><title>client</title>
<script type="importmap">{"imports":{"brotli-wasm":"/brotli-wasm/index.web.js"}}</script>
<script type="module">
  import { connect } from '/client.js';
  const params = new URLSearchParams(location.search);
  const body = { userId: params.get('user'), deviceId: params.get('user') };
  globalThis.seen = { said: [], states: [], online: [], gaps: [], faults: [] };
  globalThis.client = connect({ endpoint: '/connect', body, rooms: params.getAll('room'), platform: 'test' });
  client.on('*', ({ payload }) => seen.said.push(payload));
  client.when('state', (state) => seen.states.push(state));
  client.when('online', (online) => seen.online.push(online));
  client.when('gap', (gap) => seen.gaps.push(gap));
  client.when('fault', (fault) => seen.faults.push({ ...fault, cause: String(fault.cause) }));
</script>`;

/** Serves that page, the bundled library and `POST /connect`. `loaded` names the files that were asked for. */
export class ClientPage {
  readonly loaded: string[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async open(desk: TicketDesk): Promise<ClientPage> {
    const bundle = await rolldown({ input: { client: CLIENT }, external: ['brotli-wasm'], platform: 'browser' });
    const { output } = await bundle.generate({ format: 'esm', minify: true });
    await bundle.close();
    const files = new Map(output.map((file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : file.source]));
    const server = createServer();
    const page = new ClientPage(server);
    server.on('request', (request, response) => {
      const path = new URL(request.url ?? '/', 'http://page').pathname;
      page.loaded.push(path);
      if (path !== '/connect') return void page.#serve(path, files, response);
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        desk.give(JSON.parse(text) as Record<string, unknown>).then(
          (answer) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
          () => response.writeHead(503).end(),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return page;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(path: string, files: ReadonlyMap<string, string | Uint8Array>, response: ServerResponse): Promise<void> {
    const type = TYPES[extname(path)] ?? 'text/html';
    const library = path.startsWith('/brotli-wasm/')
      ? await readFile(new URL(path.slice('/brotli-wasm/'.length), BROTLI_WASM)).catch(() => undefined)
      : files.get(path);
    const content = path === '/' ? PAGE : library;
    if (content === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', type).end(content);
  }
}
