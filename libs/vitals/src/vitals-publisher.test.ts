import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bus } from '@longwire/domain';
import { VitalsReport } from '@longwire/protos/bus/v1';
import { createMetricsRegistry, createSilentLogger } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import { createVitalsPublisher } from './vitals-publisher.ts';

function open(random: number) {
  const clock = fakeClock();
  const metrics = createMetricsRegistry();
  const pushes = metrics.counter({ name: 'longwire_x_pushes_total', help: 'h' });
  const reports: VitalsReport[] = [];
  const publish: Bus['publish'] = ({ kind }, payload) => {
    assert.equal(kind, 'vitals');
    reports.push(VitalsReport.decode(payload));
    return 'sent';
  };
  const publisher = createVitalsPublisher({
    process: 'service-1',
    bus: { publish },
    clock,
    logger: createSilentLogger(),
    metrics,
    tiers: [
      {
        table: {
          tier: 'service',
          readings: [{ vital: 'pushes', metric: 'longwire_x_pushes_total' }],
          histograms: [],
        },
        rooms: () => [{ roomId: 'r1', messagesPerSec: 2.5 }],
      },
    ],
    random: () => random,
  });
  return { clock, pushes, reports, publisher };
}

test('a process says once a second how it does, from its own moment on', async () => {
  const { clock, pushes, reports, publisher } = open(0.25);
  await publisher.start(new AbortController().signal);
  await clock.advanceAsync(249);
  assert.equal(reports.length, 0);
  await clock.advanceAsync(1);
  assert.equal(reports.length, 1);
  pushes.inc(3);
  await clock.advanceAsync(2000);
  assert.deepEqual(
    reports.map(({ uptimeMs, tiers }) => [uptimeMs, tiers[0]?.readings[0]?.value]),
    [
      [250, 0],
      [1250, 3],
      [2250, 3],
    ],
  );
  const [first, last] = [reports[0], reports[2]];
  assert.deepEqual([last?.process, last?.startedAtMs], ['service-1', first?.startedAtMs]);
  assert.deepEqual(last?.tiers[0]?.rooms, [{ roomId: 'r1', messagesPerSec: 2.5 }]);
  assert.ok((last?.memoryBytes ?? 0) > 1e6 && (last?.cpuSeconds ?? 0) > 0);
  await publisher.stop();
  await clock.advanceAsync(5000);
  assert.equal(reports.length, 3);
  assert.equal(clock.pendingTimers(), 0);
});

test('a process that is stopped before its first word leaves nothing running', async () => {
  const { clock, reports, publisher } = open(0.9);
  await publisher.start(new AbortController().signal);
  await publisher.stop();
  await clock.advanceAsync(5000);
  assert.deepEqual([reports.length, clock.pendingTimers()], [0, 0]);
});
