import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { TcpLink } from './tcp-link.ts';

const echo = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.pipe(socket);
});
const links: TcpLink[] = [];
const sockets: Socket[] = [];

before(async () => {
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
after(() => {
  for (const socket of sockets) socket.destroy();
  for (const link of links) link.close();
  echo.close();
});

async function openLink(): Promise<{ link: TcpLink; port: number }> {
  const link = new TcpLink({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port });
  links.push(link);
  return { link, port: await link.listen() };
}

function dial(port: number) {
  const seen = { text: '', isClosed: false };
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.on('data', (chunk: Buffer) => (seen.text += chunk.toString()));
  socket.on('error', () => undefined);
  socket.on('close', () => (seen.isClosed = true));
  return { socket, seen };
}

test('open: bytes go both ways', async () => {
  const { port } = await openLink();
  const { socket, seen } = dial(port);
  socket.write('hello');
  await eventually(() => seen.text === 'hello');
});

test('cut: what is open is reset, new ones are, and all is well afterwards', async () => {
  const { link, port } = await openLink();
  const old = dial(port);
  old.socket.write('a');
  await eventually(() => old.seen.text === 'a');
  link.set('cut');
  await eventually(() => old.seen.isClosed);
  const refused = dial(port);
  await eventually(() => refused.seen.isClosed);
  link.set('open');
  const next = dial(port);
  next.socket.write('b');
  await eventually(() => next.seen.text === 'b');
});

test('frozen: connections stay and nothing passes; thawed, they are reset, as what they swallowed is gone', async () => {
  const { link, port } = await openLink();
  const old = dial(port);
  old.socket.write('a');
  await eventually(() => old.seen.text === 'a');
  link.set('frozen');
  old.socket.write('swallowed');
  const fresh = dial(port);
  fresh.socket.write('too');
  await eventually(() => fresh.socket.readyState === 'open');
  assert.deepEqual([old.seen, fresh.seen.isClosed], [{ text: 'a', isClosed: false }, false]);
  link.set('open');
  await eventually(() => old.seen.isClosed && fresh.seen.isClosed);
  assert.equal(fresh.seen.text, '');
});
