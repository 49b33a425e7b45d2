import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { test } from 'node:test';
import { AppError } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { BlockingConnection } from './blocking-connection.ts';
import { createBlockingClient } from './redis-connection.ts';

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'store-unavailable';

/** A server that takes connections and never says anything, as one that hangs. */
async function withSilentServer(
  run: (connection: BlockingConnection, sockets: readonly Socket[]) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = [];
  // Half-open, since one that hangs does not close its side either.
  const server = createServer({ allowHalfOpen: true }, (socket) => void sockets.push(socket.resume()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = new BlockingConnection({
    createClient: () => createBlockingClient(url),
    logger: createSilentLogger(),
  });
  try {
    await run(connection, sockets);
  } finally {
    connection.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test('a server that hangs fails the command, whose connection is ended; the next command has another', async () => {
  await withSilentServer(async (connection, sockets) => {
    await assert.rejects(connection.call(0, 'XREAD'), isUnavailable);
    await assert.rejects(connection.call(0, 'XREAD'), isUnavailable);
    await eventually(() => sockets.length === 2 && sockets.every(({ readableEnded }) => readableEnded));
  });
});

test('what is under way fails when the connection is dropped or closed, though the server hangs', async () => {
  await withSilentServer(async (connection) => {
    const dropped = connection.call(3600_000, 'XREAD');
    connection.drop();
    await assert.rejects(dropped, isUnavailable);
    const closed = connection.call(3600_000, 'XREAD');
    connection.close();
    await assert.rejects(closed, isUnavailable);
    await assert.rejects(connection.call(3600_000, 'XREAD'), isUnavailable);
  });
});
