import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { vitalsReport } from '../../test/vitals-report.ts';
import type { ToldVitals } from '../../test/vitals-report.ts';
import { ClusterVitals, MAX_PROCESSES } from './cluster-vitals.ts';

function open() {
  const clock = fakeClock();
  const vitals = new ClusterVitals(clock);
  return { clock, vitals, tell: (told: ToldVitals) => vitals.take(vitalsReport(told)) };
}

test('rates are of the whole cluster, over the last 5 s, and a lost report loses nothing', () => {
  const { vitals, tell } = open();
  for (const process of ['access-1', 'access-2']) {
    tell({ process, uptimeMs: 1000, values: { frames: 1000 } });
    tell({ process, uptimeMs: 2000, values: { frames: 1100 } });
    tell({ process, uptimeMs: 5000, values: { frames: 1400, 'shed.outbox': 8 } });
  }
  assert.equal(vitals.rate('frames'), 200);
  assert.deepEqual(vitals.ratesOf('shed'), { outbox: 4 });
  // From here on the reports before count no more.
  for (const uptimeMs of [10_000, 11_000, 12_000]) tell({ process: 'access-1', uptimeMs, values: { frames: 1400 } });
  assert.equal(vitals.rate('frames'), 100);
});

test('a gauge is the sum of what processes say last, undefined when none says it', () => {
  const { vitals, tell } = open();
  assert.equal(vitals.sum('connections'), undefined);
  tell({ process: 'access-1', uptimeMs: 1000, values: { connections: 5 } });
  tell({ process: 'access-1', uptimeMs: 2000, values: { connections: 3 } });
  tell({ process: 'access-2', uptimeMs: 1000, values: { connections: 4 } });
  tell({ process: 'logic-1', tier: 'logic', uptimeMs: 1000 });
  assert.equal(vitals.sum('connections'), 7);
});

test('a process that starts anew counts from its own start; what the run before still said is passed over', () => {
  const { vitals, tell } = open();
  tell({ process: 'access-1', startedAtMs: 10, uptimeMs: 60_000, values: { frames: 9000 } });
  assert.equal(tell({ process: 'access-1', startedAtMs: 20, uptimeMs: 1000, values: { frames: 10 } }), 'taken');
  assert.equal(vitals.rate('frames'), 0);
  assert.equal(tell({ process: 'access-1', startedAtMs: 10, uptimeMs: 61_000, values: { frames: 9900 } }), 'outdated');
  tell({ process: 'access-1', startedAtMs: 20, uptimeMs: 2000, values: { frames: 30 } });
  assert.equal(vitals.rate('frames'), 20);
  // Overtaken on its way, and a repeat.
  tell({ process: 'access-1', startedAtMs: 20, uptimeMs: 1500, values: { frames: 20 } });
  tell({ process: 'access-1', startedAtMs: 20, uptimeMs: 2000, values: { frames: 30 } });
  assert.equal(vitals.rate('frames'), 20);
});

test('a process that is silent for 5 s is gone, and its figures with it', () => {
  const { clock, vitals, tell } = open();
  tell({ process: 'access-1', uptimeMs: 1000, values: { connections: 5 } });
  clock.advance(3000);
  tell({ process: 'access-2', uptimeMs: 1000, values: { connections: 2 } });
  clock.advance(2000);
  assert.equal(vitals.processes().length, 2);
  clock.advance(1);
  assert.deepEqual(
    vitals.processes().map(({ name }) => name),
    ['access-2'],
  );
  assert.equal(vitals.sum('connections'), 2);
});

test('500 processes are known at a time: one more is refused until one has gone', () => {
  const { clock, vitals, tell } = open();
  for (let index = 0; index < MAX_PROCESSES; index += 1) {
    assert.equal(tell({ process: `access-${index}`, uptimeMs: 1000 }), 'taken');
  }
  assert.equal(tell({ process: 'one-more', uptimeMs: 1000 }), 'refused');
  assert.equal(tell({ process: 'access-7', uptimeMs: 2000 }), 'taken');
  clock.advance(5001);
  assert.equal(tell({ process: 'one-more', uptimeMs: 2000 }), 'taken');
  assert.equal(vitals.processes().length, 1);
});

test('latency is over the last 10 s and all access nodes, each lane for itself', () => {
  const { vitals, tell } = open();
  const counted = (counts: number[]) => [{ name: 'delay.bulk', bounds: [0.01, 0.1], counts }];
  assert.equal(vitals.latency('bulk'), null);
  tell({ process: 'access-1', uptimeMs: 1000, histograms: counted([0, 0, 500]) });
  tell({ process: 'access-1', uptimeMs: 11_000, histograms: counted([100, 0, 500]) });
  tell({ process: 'access-2', uptimeMs: 1000, histograms: counted([0, 0, 0]) });
  tell({ process: 'access-2', uptimeMs: 11_000, histograms: counted([0, 100, 0]) });
  assert.deepEqual(vitals.latency('bulk'), { p50: 10, p99: 98.2 });
  assert.equal(vitals.latency('express'), null);
});

test('the busiest rooms of all dispatch processes come in one order; a room that moves is named once', () => {
  const { vitals, tell } = open();
  const rooms = (...told: [string, number][]) => told.map(([roomId, messagesPerSec]) => ({ roomId, messagesPerSec }));
  tell({ process: 'dispatch-1', tier: 'dispatch', uptimeMs: 1000, rooms: rooms(['a', 9], ['moving', 2]) });
  tell({ process: 'dispatch-2', tier: 'dispatch', uptimeMs: 1000, rooms: rooms(['b', 30], ['moving', 5]) });
  assert.deepEqual(vitals.busiestRooms(2), rooms(['b', 30], ['a', 9]));
  assert.deepEqual(vitals.busiestRooms(9), rooms(['b', 30], ['a', 9], ['moving', 5]));
});
