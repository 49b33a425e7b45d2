import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdCounter, holdCounters, holdHistogram } from './held-metrics.ts';
import { createMetricsRegistry } from './metrics.ts';

const buckets = [1, 10];

test('a scrape sees all that held counters were given, each under its labels', async () => {
  const metrics = createMetricsRegistry();
  const counter = metrics.counter<'kind'>({ name: 'longwire_access_fan_total', help: 'F.', labels: ['kind'] });
  const room = holdCounter(counter, { kind: 'room' });
  const { zone } = holdCounters(counter, ['zone'], (kind) => ({ kind }));
  room.inc();
  room.inc(4);
  zone.inc(2);
  counter.inc({ kind: 'room' });
  const text = await metrics.text();
  assert.match(text, /^longwire_access_fan_total\{kind="room"\} 6$/m);
  assert.match(text, /^longwire_access_fan_total\{kind="zone"\} 2$/m);
  room.inc();
  const again = await metrics.samples('longwire_access_fan_total');
  assert.deepEqual(
    again.map(({ value }) => value),
    [7, 2],
  );
});

test('what was never counted is not shown', async () => {
  const metrics = createMetricsRegistry();
  const counter = metrics.counter<'kind'>({ name: 'longwire_access_fan_total', help: 'F.', labels: ['kind'] });
  const histogram = metrics.histogram<'kind'>({
    name: 'longwire_access_delay_seconds',
    help: 'D.',
    labels: ['kind'],
    buckets,
  });
  holdCounter(counter, { kind: 'room' });
  holdHistogram(histogram, { kind: 'room' });
  assert.doesNotMatch(await metrics.text(), /kind="room"/);
});

test('a held histogram shows every value in its bucket, also more than it holds at once', async () => {
  const metrics = createMetricsRegistry();
  const name = 'longwire_access_delay_seconds';
  const histogram = metrics.histogram<'lane'>({ name, help: 'D.', labels: ['lane'], buckets });
  const held = holdHistogram(histogram, { lane: 'bulk' });
  held.observe(Number.NaN);
  for (let index = 0; index < 600; index += 1) held.observe(index % 2 === 0 ? 0.5 : 5);
  const text = await metrics.text();
  assert.match(text, new RegExp(`^${name}_bucket\\{le="1",lane="bulk"\\} 300$`, 'm'));
  assert.match(text, new RegExp(`^${name}_bucket\\{le="10",lane="bulk"\\} 600$`, 'm'));
  assert.match(text, new RegExp(`^${name}_sum\\{lane="bulk"\\} 1650$`, 'm'));
});
