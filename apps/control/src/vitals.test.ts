import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '@longwire/domain';
import type { Bus } from '@longwire/domain';
import { createHealth, createMetricsRegistry, createSilentLogger } from '@longwire/runtime';
import { fakeClock } from '@longwire/testkit';
import { createControlVitals } from './vitals.ts';

/** `faults` end, one after the other, what it does first: dialing, or beginning to publish. */
function open(faults: ('dial' | 'begin')[]) {
  const clock = fakeClock();
  const counts = { dials: 0, reports: 0, closes: 0 };
  const publish: Bus['publish'] = () => {
    counts.reports += 1;
    return 'sent';
  };
  const failAt = (step: 'dial' | 'begin'): void => {
    if (faults[0] !== step) return;
    faults.shift();
    throw new AppError('bus-unavailable', 'not now');
  };
  const vitals = createControlVitals({
    logger: createSilentLogger(),
    metrics: createMetricsRegistry(),
    health: createHealth(),
    nodeName: 'control-1',
    clock: {
      ...clock,
      now: () => {
        failAt('begin');
        return clock.now();
      },
    },
    openBus: async () => {
      counts.dials += 1;
      failAt('dial');
      return { publish, close: async () => void (counts.closes += 1) };
    },
  });
  return { clock, counts, vitals };
}

test('what fails before control has begun to tell its vitals is tried again, on the bus that is open', async () => {
  const { clock, counts, vitals } = open(['dial', 'begin', 'begin']);
  await vitals.start(new AbortController().signal);
  await clock.advanceAsync(60_000);
  assert.deepEqual([counts.dials, counts.reports > 10], [2, true]);
  await vitals.stop();
  assert.deepEqual([counts.closes, clock.pendingTimers()], [1, 0]);
});

test('stopped before the bus was there, it leaves nothing running', async () => {
  const { clock, counts, vitals } = open(Array.from({ length: 100 }, () => 'dial' as const));
  await vitals.start(new AbortController().signal);
  await clock.advanceAsync(20_000);
  await vitals.stop();
  assert.deepEqual([counts.reports, counts.closes, clock.pendingTimers()], [0, 0, 0]);
});
