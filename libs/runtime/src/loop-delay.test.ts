import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { eventually } from '@longwire/testkit';
import { LoopDelayMeter } from './loop-delay.ts';

test('a loop that was held up shows until it is read, and a meter that has measured nothing reads 0', async () => {
  const meter = new LoopDelayMeter();
  assert.equal(meter.readMs(), 0);
  meter.start();
  try {
    await eventually(async () => {
      const until = performance.now() + 200;
      while (performance.now() < until);
      // The look that was held up is taken once the loop goes on.
      await setTimeout(100);
      return meter.readMs() > 0;
    });
  } finally {
    meter.stop();
  }
  meter.readMs();
  assert.equal(meter.readMs(), 0);
});
