import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createSilentLogger } from '../logger.ts';
import { createMetricsRegistry } from '../metrics.ts';
import { createHttpComponent } from './http-component.ts';
import type { HttpServer } from './http-server.ts';
import { createHttpServer } from './http-server.ts';
import { listenHttp } from './listen-http.ts';

const host = '127.0.0.1';
const { signal } = new AbortController();

function createServer(): HttpServer {
  const options = { name: 'test', bodyLimitBytes: 100, title: 'T', version: '1' };
  return createHttpServer({ ...options, logger: createSilentLogger(), metrics: createMetricsRegistry() });
}

test('port 0 listens on any free port and says which', async () => {
  const server = createServer();
  const { url, port } = await listenHttp(server, { host, port: 0 });
  assert.equal(url, `http://127.0.0.1:${port}`);
  const answer = await fetch(`${url}/openapi.json`);
  assert.equal(answer.status, 200);
  await answer.body?.cancel();
  await server.close();
});

test('a taken port is an error that names it', async () => {
  const [first, second] = [createServer(), createServer()];
  const { port } = await listenHttp(first, { host, port: 0 });
  await assert.rejects(listenHttp(second, { host, port }), new RegExp(`port ${port} of 127.0.0.1 is taken`));
  await Promise.all([first.close(), second.close()]);
});

test('an address that is not ours is an error that names it', async () => {
  const server = createServer();
  await assert.rejects(listenHttp(server, { host: '192.0.2.1', port: 0 }), /192\.0\.2\.1 is not an address/);
  await server.close();
});

test('as a component it knows its address once it started', async () => {
  const component = createHttpComponent(createServer(), { name: 'door', host, port: 0 });
  assert.throws(() => component.address(), /door does not listen yet/);
  await component.start(signal);
  assert(component.address().port > 0);
  await component.stop();
});

test('closing does not wait for an answer that never ends', async () => {
  const server = createServer();
  server.get('/stream', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200).write('first');
  });
  const { port } = await listenHttp(server, { host, port: 0 });
  const connection = connect(port, host);
  connection.write('GET /stream HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(connection, 'data');
  const closed = once(connection, 'close');
  await server.close();
  await closed;
});
