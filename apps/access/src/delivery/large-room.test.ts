import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricsRegistry } from '@longwire/runtime';
import { directDelivery } from '../../test/test-node.ts';
import { TurnsWorld } from '../../test/turns-world.ts';
import type { Viewer } from '../../test/turns-world.ts';
import { ConnectionTable } from '../connection/connection-table.ts';
import { createAccessMetrics } from '../metrics.ts';
import { DirectReceiver } from './direct-receiver.ts';

const VIEWERS = 5000;
const PER_TURN = 500;

/** 5,000 in one room, each with its replies behind it. */
async function fullRoom() {
  const world = new TurnsWorld(PER_TURN);
  for (let index = 0; index < VIEWERS; index += 1) world.join(world.enter(0), 1);
  await turn();
  for (const viewer of world.viewers) viewer.written.length = 0;
  return world;
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve));
}

async function toTheEnd(world: TurnsWorld): Promise<void> {
  while (world.fanOutsUnderWay > 0) await turn();
}

function reached(world: TurnsWorld): number {
  return world.viewers.filter(({ written }) => written.length > 0).length;
}

function texts({ written }: Viewer): string[] {
  return written.map(
    (bytes) => /"seq":\d+|express|"recovered":\w+|"roomId"/u.exec(bytes.toString('latin1'))?.[0] ?? '',
  );
}

test('an express message that comes during a fan-out of 5,000 reaches its viewer before the last has the bulk', async () => {
  const world = await fullRoom();
  const last = world.viewers.at(-1);
  assert.ok(last !== undefined);
  const table = new ConnectionTable();
  table.add(last.connection);
  const direct = new DirectReceiver({
    table,
    metrics: createAccessMetrics(createMetricsRegistry()),
    clock: world.clock,
    traces: { note: () => undefined },
    copyRules: { windowMs: 700 },
    onDictionary: () => undefined,
    ackAgain: () => undefined,
  });
  world.batch(1, { count: 1 });
  assert.equal(reached(world), PER_TURN);
  await turn();
  direct.onCommand(directDelivery('express', [last.connection.connectionId], 'express'));
  assert.deepEqual(texts(last), ['express']);
  assert.ok(reached(world) <= 2 * PER_TURN + 1);
  await toTheEnd(world);
  assert.deepEqual([texts(last), reached(world)], [['express', '"seq":1'], VIEWERS]);
});

test('an express message to the room goes ahead of the batch that is under way, once to each', async () => {
  const world = await fullRoom();
  world.batch(1, { count: 1 });
  world.express(1);
  await toTheEnd(world);
  const orders = world.viewers.map((viewer) => texts(viewer).join(' '));
  assert.equal(orders.filter((order) => order === '"seq":1 express').length, PER_TURN);
  assert.equal(orders.filter((order) => order === 'express "seq":1').length, VIEWERS - PER_TURN);
});

test('who resumes, leaves, comes back or is closed in the middle sees every message once and in order', async () => {
  const world = await fullRoom();
  const [resumes, leaves, closes, stays] = world.viewers.slice(-4);
  assert.ok(resumes && leaves && closes && stays);
  world.batch(1, { count: 1 });
  await turn();
  world.resume(resumes, 1, 1);
  world.leave(leaves, 1);
  world.join(leaves, 1);
  closes.connection.close('drain');
  const late = world.enter(0);
  world.join(late, 1);
  assert.ok(world.fanOutsUnderWay === 1 && stays.written.length === 0, 'the others are not hurried');
  await toTheEnd(world);
  world.batch(1, { count: 1 });
  await toTheEnd(world);
  // What came live, op 23, what was asked for again, and what came then.
  assert.deepEqual(texts(resumes), ['"seq":1', '"recovered":true', '"seq":1', '"seq":2']);
  assert.deepEqual(texts(leaves), ['"seq":1', '"roomId"', '"roomId"', '"seq":2']);
  assert.deepEqual(texts(closes).slice(0, 1), ['"seq":1']);
  assert.equal(closes.written.length, 2, 'the batch and the notice');
  assert.deepEqual(texts(late), ['"roomId"', '"seq":2']);
  assert.deepEqual(texts(stays), ['"seq":1', '"seq":2']);
});

test('a fan-out in turns is counted and traced once, when it is written, and shows while it is under way', async () => {
  const world = await fullRoom();
  world.batch(1, { count: 2, trace: { messageIds: ['m'] } });
  const before = await world.registry.text();
  assert.deepEqual([world.fanOutsUnderWay, world.spans], [1, []]);
  assert.doesNotMatch(before, /frames_out_total\{lane="bulk"\}/u);
  await toTheEnd(world);
  const after = await world.registry.text();
  assert.match(after, /frames_out_total\{lane="bulk"\} 5000\n/u);
  assert.match(after, /messages_out_total\{lane="bulk"\} 10000\n/u);
  assert.match(after, /fan_outs_total\{kind="room"\} 1\n/u);
  assert.match(after, /paced_batches_total\{end="turns"\} 1\n/u);
  assert.deepEqual(world.spans, [{ messageId: 'm', lane: 'bulk', stage: 'written', numbers: { recipients: VIEWERS } }]);
});

test('a line that pushes back sheds or takes a batch by what waits for it when its turn comes', async () => {
  const world = await fullRoom();
  const [lags, recovers] = world.viewers.slice(-2);
  assert.ok(lags && recovers);
  recovers.setBlocked(true);
  world.batch(1, { count: 1 });
  await turn();
  lags.setBlocked(true);
  recovers.setBlocked(false);
  await toTheEnd(world);
  assert.deepEqual([texts(lags), texts(recovers)], [['express'], ['express', '"seq":1']]);
  assert.match(await world.registry.text(), /shed_total\{reason="outbox"\} 1\n/u);
});

test('a room that is let go of in the middle has been written to', async () => {
  const world = await fullRoom();
  world.batch(1, { count: 1 });
  world.stop();
  assert.deepEqual([reached(world), world.fanOutsUnderWay], [VIEWERS, 0]);
  await turn();
});
