import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricsRegistry } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { createAccessMetrics } from '../metrics.ts';
import type { Member } from '../room/room.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { MAX_WAITING, Pacer } from './pacer.ts';

const MEMBERS_PER_TURN = 500;

function setUp(count: number) {
  const written: string[] = [];
  const write = (bytes: Uint8Array): 'written' => {
    written.push(String.fromCharCode(bytes[0] ?? 0));
    return 'written';
  };
  const member: Member = {
    outbox: { offerBulk: write, offerExpress: write },
    slot: 0,
    rooms: [],
    roomIndexes: [],
    lastFanOut: 0,
    isClosed: false,
  };
  const registry = createMetricsRegistry();
  const members = Array.from({ length: count }, () => member);
  const pacer = new Pacer({ metrics: createAccessMetrics(registry), membersPerTurn: MEMBERS_PER_TURN });
  return { written, members, registry, pacer };
}

function batchOf(name: string): EncodedBatch {
  return EncodedBatch.ofPlain(new TextEncoder().encode(name), () => undefined);
}

test('a large fan-out is spread over turns, and reaches everybody', async () => {
  const { written, members, pacer } = setUp(MEMBERS_PER_TURN * 2 + 1);
  pacer.fanOut('bulk', batchOf('a'), members);
  assert.equal(written.length, MEMBERS_PER_TURN);
  await eventually(() => written.length === members.length);
});

test('express goes ahead of bulk that is under way, bulk stays in order', async () => {
  const { written, members, pacer } = setUp(MEMBERS_PER_TURN * 2);
  pacer.fanOut('bulk', batchOf('a'), members);
  pacer.fanOut('bulk', batchOf('b'), members);
  pacer.fanOut('express', batchOf('x'), members);
  await eventually(() => written.length === members.length * 3);
  const order = written.filter((name, index) => name !== written[index - 1]);
  assert.deepEqual(order, ['a', 'x', 'a', 'b']);
});

test('bulk beyond what may wait is shed and counted, express is not', async () => {
  const { written, members, registry, pacer } = setUp(MEMBERS_PER_TURN + 1);
  for (let job = 0; job < MAX_WAITING + 2; job += 1) pacer.fanOut('bulk', batchOf('a'), members);
  for (let job = 0; job < MAX_WAITING + 2; job += 1) pacer.fanOut('express', batchOf('x'), members);
  await eventually(() => written.filter((name) => name === 'a').length === MAX_WAITING * members.length);
  assert.equal(written.filter((name) => name === 'x').length, (MAX_WAITING + 2) * members.length);
  assert.match(await registry.text(), new RegExp(`shed_total\\{reason="pacer"\\} ${2 * members.length}`));
});
