import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import { AppError } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually, fakeClock, FakeLogicApi, settle } from '@longwire/testkit';
import { openLogicClient } from '../logic/logic-client.ts';
import { serveLogic } from '../logic/serve-logic.ts';

const logger = createSilentLogger();
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

/** A server that takes connections and never says a word, as a stopped process does. Resolves with its port. */
async function serveSilence() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const stop = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { port, stop };
}

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'peer-unavailable';

test('after three calls without an answer the next fail at once, and a server that is back is found by its probe', async () => {
  const silent = await serveSilence();
  const states: string[] = [];
  const clock = fakeClock();
  const client = openLogicClient({
    addresses: [`127.0.0.1:${silent.port}`],
    logger,
    clock,
    onBreaker: (state) => states.push(state),
  });
  cleanups.push(() => client.close());
  const calls = Array.from({ length: 3 }, () => assert.rejects(client.totals(), isUnavailable));
  await Promise.all(calls);
  assert.deepEqual(states, ['open']);
  let heldBack = 0;
  for (let call = 0; call < 20; call += 1) client.totals().catch((error) => (heldBack += isUnavailable(error) ? 1 : 0));
  // No call that leaves the process has failed so soon.
  await settle();
  assert.equal(heldBack, 20);
  await silent.stop();
  const logic = new FakeLogicApi();
  const server = await serveLogic({ host: '127.0.0.1', port: silent.port, logic, logger });
  cleanups.push(() => server.close());
  const probed = (): boolean => {
    clock.advance(1000);
    return states.at(-1) === 'closed';
  };
  await eventually(probed, { timeoutMs: 30_000, everyMs: 50 });
  await eventually(async () => assert.deepEqual(await client.totals(), logic.online));
});

test('a refusal by the server is an answer: it holds no call back', async () => {
  const logic = new FakeLogicApi();
  const server = await serveLogic({ host: '127.0.0.1', port: 0, logic, logger });
  cleanups.push(() => server.close());
  const states: string[] = [];
  const client = openLogicClient({ addresses: [server.address], logger, onBreaker: (state) => states.push(state) });
  cleanups.push(() => client.close());
  await eventually(() => client.isAvailable());
  logic.failure = new AppError('store-unavailable', 'Redis is away');
  for (let call = 0; call < 5; call += 1) await assert.rejects(client.totals(), { code: 'store-unavailable' });
  assert.deepEqual(states, []);
});
