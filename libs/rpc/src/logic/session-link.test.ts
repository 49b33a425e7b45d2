import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import {
  AppError,
  type Clock,
  type ConnectionId,
  type NodeIncarnation,
  type ReportOutcome,
  type SessionReport,
  trustedId,
} from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually, fakeClock, FakeLogicApi } from '@longwire/testkit';
import { MAX_WAITING } from '../server/answer-in-order.ts';
import type { GrpcServer } from '../server/serve-grpc.ts';
import { openLogicClient } from './logic-client.ts';
import { serveLogic } from './serve-logic.ts';

const logger = createSilentLogger();
const node: NodeIncarnation = { nodeId: trustedId('access-1'), incarnation: 7 };
const renewal: SessionReport = { type: 'changes', changes: [], uplinks: [] };
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function serve(logic: FakeLogicApi, port = 0, clock?: Clock): Promise<GrpcServer> {
  const options = { host: '127.0.0.1', port, logic, logger };
  const server = await serveLogic(clock === undefined ? options : { ...options, clock });
  cleanups.push(() => server.close());
  return server;
}

/** A client that begins with the first address; by default it is patient with a busy machine. */
function openClient(addresses: readonly string[], times: { answerTimeoutMs?: number; clock?: Clock } = {}) {
  const client = openLogicClient({ addresses, logger, random: () => 0, answerTimeoutMs: 20_000, ...times });
  cleanups.push(() => client.close());
  let signals = 0;
  const link = client.openSessionLink(node, { onResync: () => (signals += 1) });
  return { client, link, signals: () => signals };
}

/** A server that takes connections and never says a word, as a stopped process does. */
async function serveSilence(): Promise<string> {
  const server = createServer((socket) => socket.on('error', () => undefined).unref());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const address = server.address();
  return `127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`;
}

test('reports are refused as unavailable until the line is up, and while there is no server', async () => {
  const { client, link } = openClient(['127.0.0.1:1']);
  assert.equal(await link.report(renewal), 'unavailable');
  assert.equal(client.isAvailable(), false);
  await assert.rejects(
    client.totals(),
    (error: unknown) => error instanceof AppError && error.code === 'peer-unavailable',
  );
});

test('a server that goes and comes back on the same port: what waits ends as unavailable, then a snapshot is asked for', async () => {
  const logic = new FakeLogicApi();
  const server = await serve(logic);
  const { link, client, signals } = openClient([server.address]);
  await eventually(() => signals() === 1);
  logic.answer = () => new Promise<ReportOutcome>(() => undefined);
  const waiting = link.report(renewal);
  await eventually(() => logic.reports.length === 1);
  await server.close();
  assert.equal(await waiting, 'unavailable');
  assert.equal(await link.report(renewal), 'unavailable');
  const next = new FakeLogicApi();
  await serve(next, server.port);
  await eventually(() => signals() === 2);
  assert.equal(await link.report(renewal), 'applied');
  assert.deepEqual(next.nodes, [node]);
  await eventually(() => client.isAvailable());
});

test('when the first address goes the second takes over, for lines and for calls', async () => {
  const [first, second] = [new FakeLogicApi(), new FakeLogicApi()];
  second.online = { connections: 2, users: 2, rooms: 2 };
  const [one, other] = [await serve(first), await serve(second)];
  const { client, link, signals } = openClient([one.address, other.address]);
  await eventually(() => signals() === 1);
  assert.equal(await link.report(renewal), 'applied');
  assert.equal(first.reports.length, 1);
  await one.close();
  await eventually(async () => assert.deepEqual(await client.totals(), second.online));
  await eventually(() => signals() === 2);
  assert.equal(await link.report(renewal), 'applied');
  assert.equal(second.reports.length, 1);
  assert.equal(first.openLinks, 0);
});

test('a server that takes the connection and says nothing is given up for the next one', async () => {
  const logic = new FakeLogicApi();
  const server = await serve(logic);
  const clock = fakeClock();
  const { client, link, signals } = openClient([await serveSilence(), server.address], { answerTimeoutMs: 200, clock });
  clock.advance(199);
  assert.equal(signals(), 0);
  // The silence is over with its time, and the next address is tried 50 ms later; the times of that one stand still.
  clock.advance(51);
  await eventually(() => signals() === 1);
  assert.equal(await link.report(renewal), 'applied');
  assert.deepEqual(await client.totals(), logic.online);
});

test('a call goes to the next server when the first takes the connection and says nothing', async () => {
  const logic = new FakeLogicApi();
  const server = await serve(logic);
  const { client } = openClient([await serveSilence(), server.address], { clock: fakeClock() });
  await eventually(async () => assert.deepEqual(await client.totals(), logic.online));
});

test('a report that is not answered within 3 s fails the line, and the next server is asked', async () => {
  const [hung, well] = [new FakeLogicApi(), new FakeLogicApi()];
  hung.answer = () => new Promise<ReportOutcome>(() => undefined);
  const [one, other] = [await serve(hung), await serve(well)];
  const clock = fakeClock();
  // No answerTimeoutMs: the time that the link has by itself.
  const client = openLogicClient({ addresses: [one.address, other.address], logger, random: () => 0, clock });
  cleanups.push(() => client.close());
  let signals = 0;
  const link = client.openSessionLink(node, { onResync: () => (signals += 1) });
  await eventually(() => signals === 1);
  let outcome: ReportOutcome | undefined;
  void link.report(renewal).then((answer) => (outcome = answer));
  await eventually(() => hung.reports.length === 1);
  await clock.advanceAsync(2999);
  assert.equal(outcome, undefined);
  // With the wait of 50 ms before the next try, and no answer to a probe in between.
  clock.advance(51);
  await eventually(() => outcome === 'unavailable' && signals === 2);
  assert.equal(await link.report(renewal), 'applied');
  assert.equal(hung.reports.length, 1);
  assert.ok(well.reports.length > 0);
  await eventually(() => hung.openLinks === 0);
});

test('a server that does not keep up is not handed more than its bound', async () => {
  const logic = new FakeLogicApi();
  const held = Promise.withResolvers<ReportOutcome>();
  logic.answer = () => held.promise;
  const server = await serve(logic);
  const { link, signals } = openClient([server.address]);
  await eventually(() => signals() === 1);
  const large: SessionReport = {
    type: 'changes',
    uplinks: [],
    changes: Array.from({ length: 250 }, (_, index) => ({
      type: 'close',
      session: {
        connectionId: trustedId<ConnectionId>(`c-${index}`),
        userId: null,
        deviceId: trustedId('d'),
        platform: 'web',
        rooms: [],
        connectedAtMs: 1,
      },
    })),
  };
  const waiting = Array.from({ length: 64 }, () => link.report(large));
  await eventually(() => logic.reports.length >= MAX_WAITING);
  // Calls of others come back: whatever was going to be read of the stream before them, has been.
  const { client: other } = openClient([server.address]);
  for (let index = 0; index < 5; index += 1) await eventually(() => other.totals());
  assert.equal(logic.reports.length, MAX_WAITING);
  held.resolve('applied');
  assert.ok((await Promise.all(waiting)).every((outcome) => outcome === 'applied'));
  assert.equal(logic.reports.length, 64);
});

test('a server that is asked to stop ends its lines itself and orderly', async () => {
  const logic = new FakeLogicApi();
  // Its clock stands still, so the time after which it would cut them never comes.
  const server = await serve(logic, 0, fakeClock());
  const { link, signals } = openClient([server.address]);
  await eventually(() => signals() === 1);
  assert.equal(await link.report(renewal), 'applied');
  await server.close();
  assert.equal(logic.openLinks, 0);
});

test('a report that breaks the rules of the stream fails that line alone', async () => {
  const logic = new FakeLogicApi();
  const server = await serve(logic);
  const [bad, good] = [openClient([server.address]), openClient([server.address])];
  await eventually(() => bad.signals() === 1 && good.signals() === 1);
  logic.answer = (report) => {
    if (report.type === 'snapshot') throw new Error('broken');
    return 'applied';
  };
  assert.equal(await bad.link.report({ type: 'snapshot', changes: [], isLast: true }), 'unavailable');
  assert.equal(await good.link.report(renewal), 'applied');
  assert.equal(good.signals(), 1);
  await eventually(() => bad.signals() === 2);
});
