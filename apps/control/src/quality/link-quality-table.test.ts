import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { NodeId, NodeRecord } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { createLinkQualityTable, HALF_LIFE_MS, SLOW_CONNECT_MS } from './link-quality-table.ts';
import type { LinkSample } from './link-quality-table.ts';

const GOOD: LinkSample = { connects: 1, failedDials: 0, losses: 0, connectMs: 40, rttMs: 10 };

function node(name: string, region = 'cn-east'): NodeRecord {
  return {
    description: {
      nodeId: trustedId(name),
      incarnation: 1,
      region,
      site: 'a',
      wsUrl: 'ws://127.0.0.1:1/sub',
      tcpAddress: '127.0.0.1:2',
      version: '1',
    },
    load: { connections: 0, capacity: 1000, loopDelayMs: 1, cpuRatio: 0.1 },
    state: 'active',
    isLeaving: false,
    weight: 1,
    registeredAtMs: 0,
    leaseUntilMs: 3000,
  };
}

function open(...names: readonly string[]) {
  const clock = fakeClock();
  const table = createLinkQualityTable(clock);
  const nodes = names.map((name) => node(name));
  table.observe(nodes);
  const note = (name: string, change: Partial<LinkSample> = {}, times = 1): void => {
    for (let count = 0; count < times; count += 1) table.note(trustedId<NodeId>(name), { ...GOOD, ...change });
  };
  const standing = (name: string) => {
    table.observe(nodes);
    return table.standing(trustedId(name));
  };
  return { clock, table, note, standing };
}

test('a report is one vote, whatever its numbers', () => {
  const { note, standing } = open('a', 'b');
  note('a', { losses: 1_000, failedDials: 1_000 });
  note('a', {}, 3);
  assert.deepEqual(standing('a'), { reports: 4, badRatio: 0.25, connectMs: 40, rttMs: 10, othersBadRatio: 0 });
});

for (const [what, change] of [
  ['a lost connection', { losses: 1 }],
  ['a failed dial', { failedDials: 1 }],
  ['a slow connect', { connectMs: SLOW_CONNECT_MS + 1 }],
] as const) {
  test(`${what} makes a report a bad one`, () => {
    const { note, standing } = open('a');
    note('a', change);
    assert.equal(standing('a')?.badRatio, 1);
  });
}

test('a node stands beside all the others', () => {
  const { note, standing } = open('a', 'b', 'c');
  note('a', {}, 2);
  note('b', { losses: 1 }, 2);
  note('c', {}, 2);
  assert.equal(standing('a')?.othersBadRatio, 0.5);
  assert.equal(standing('b')?.othersBadRatio, 0);
});

test('old reports count half after each half-life, and leave the means as they are', () => {
  const { note, standing, clock } = open('a');
  note('a', {}, 8);
  clock.advance(2 * HALF_LIFE_MS);
  note('a', { losses: 1 }, 2);
  const found = standing('a');
  assert.ok(Math.abs((found?.reports ?? 0) - 4) < 1e-9);
  assert.ok(Math.abs((found?.badRatio ?? 0) - 0.5) < 1e-9);
  assert.equal(found?.rttMs, 10);
});

test('nothing is kept of nodes that are not alive', () => {
  const { table, standing, note } = open('a');
  for (let count = 0; count < 1_000; count += 1) assert.equal(table.note(trustedId(`ghost-${count}`), GOOD), false);
  note('a');
  assert.equal(standing('a')?.reports, 1);
  table.observe([]);
  table.observe([node('a')]);
  assert.equal(table.standing(trustedId('a')), undefined);
});

test('regions are the sums of their nodes', () => {
  const { table } = open();
  const nodes = [node('a', 'eu'), node('b', 'eu'), node('c', 'us')];
  table.observe(nodes);
  table.note(trustedId('a'), { ...GOOD, losses: 1 });
  table.note(trustedId('b'), { ...GOOD, rttMs: 30 });
  table.observe(nodes);
  assert.deepEqual(table.byRegion().get('eu'), { reports: 2, badRatio: 0.5, connectMs: 40, rttMs: 20 });
  assert.deepEqual(table.byRegion().get('us'), { reports: 0, badRatio: 0, connectMs: null, rttMs: null });
});
