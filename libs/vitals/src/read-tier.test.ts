import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricsRegistry } from '@longwire/runtime';
import { readTier } from './read-tier.ts';

function openRegistry() {
  const registry = createMetricsRegistry();
  const frames = registry.counter<'lane'>({ name: 'longwire_x_frames_total', help: 'h', labels: ['lane'] });
  const delay = registry.histogram<'lane'>({
    name: 'longwire_x_delay_seconds',
    help: 'h',
    labels: ['lane'],
    buckets: [0.1, 1],
  });
  return { registry, frames, delay };
}

test('a vital is the sum over the labels of its metric, or one for each value of the label it is split by', async () => {
  const { registry, frames } = openRegistry();
  frames.inc({ lane: 'bulk' }, 5);
  frames.inc({ lane: 'express' }, 2);
  const metric = 'longwire_x_frames_total';
  const { tier, readings } = await readTier(
    {
      tier: 'access',
      readings: [
        { vital: 'frames', metric },
        { vital: 'shed', metric, splitBy: 'lane', prefix: 'of-' },
        { vital: 'bytes', metric, only: { label: 'lane', values: ['express'] } },
        { vital: 'closes', metric: 'longwire_x_unknown_total' },
      ],
      histograms: [],
    },
    registry,
  );
  assert.equal(tier, 'access');
  assert.deepEqual(readings, [
    { name: 'frames', value: 7 },
    { name: 'shed.of-bulk', value: 5 },
    { name: 'shed.of-express', value: 2 },
    { name: 'bytes', value: 2 },
  ]);
});

test('each value of a histogram is told in the smallest bucket that it fits in', async () => {
  const { registry, delay } = openRegistry();
  for (const seconds of [0.05, 0.05, 0.5, 7]) delay.observe({ lane: 'bulk' }, seconds);
  delay.observe({ lane: 'express' }, 0.1);
  const { histograms } = await readTier(
    {
      tier: 'access',
      readings: [],
      histograms: [{ vital: 'delay', metric: 'longwire_x_delay_seconds', splitBy: 'lane' }],
    },
    registry,
  );
  assert.deepEqual(histograms, [
    { name: 'delay.bulk', bounds: [0.1, 1], counts: [2, 1, 1] },
    { name: 'delay.express', bounds: [0.1, 1], counts: [1, 0, 0] },
  ]);
});
