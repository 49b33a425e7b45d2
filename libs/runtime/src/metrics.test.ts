import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetricsRegistry, describeMetrics } from './metrics.ts';

test('counters, gauges and histograms appear in the text with their values', async () => {
  const metrics = createMetricsRegistry();
  metrics.counter({ name: 'longwire_access_frames_total', help: 'F.', labels: ['op'] }).inc({ op: '5' }, 3);
  metrics.gauge({ name: 'longwire_access_connections', help: 'C.' }).set(7);
  metrics.histogram({ name: 'longwire_access_flush_seconds', help: 'T.', buckets: [0.1, 1] }).observe(0.5);
  const text = await metrics.text();
  assert.match(text, /^longwire_access_frames_total\{op="5"\} 3$/m);
  assert.match(text, /^longwire_access_connections 7$/m);
  assert.match(text, /^longwire_access_flush_seconds_bucket\{le="1"\} 1$/m);
});

test('a gauge with collect reads its state at each scrape', async () => {
  const metrics = createMetricsRegistry();
  let size = 1;
  metrics.gauge({ name: 'longwire_access_rooms', help: 'R.', collect: (gauge) => gauge.set(size) });
  assert.match(await metrics.text(), /^longwire_access_rooms 1$/m);
  size = 2;
  assert.match(await metrics.text(), /^longwire_access_rooms 2$/m);
});

test('names outside the convention are refused', () => {
  const metrics = createMetricsRegistry();
  const help = 'x';
  assert.throws(() => metrics.gauge({ name: 'access_connections', help }), /longwire_<app>/);
  assert.throws(() => metrics.counter({ name: 'longwire_access_frames', help }), /_total/);
  assert.throws(() => metrics.gauge({ name: 'longwire_access_frames_total', help }), /_total/);
});

test('a name can be taken once', () => {
  const metrics = createMetricsRegistry();
  metrics.gauge({ name: 'longwire_access_rooms', help: 'R.' });
  assert.throws(() => metrics.gauge({ name: 'longwire_access_rooms', help: 'R.' }), /twice/);
});

test('two registries share nothing', async () => {
  const [one, other] = [createMetricsRegistry(), createMetricsRegistry()];
  one.gauge({ name: 'longwire_access_rooms', help: 'R.' }).set(1);
  assert.equal((await other.text()).trim(), '');
});

test('the metrics of the process itself are in the text but not in the list', async () => {
  const metrics = createMetricsRegistry();
  metrics.collectProcessMetrics();
  assert.match(await metrics.text(), /^process_resident_memory_bytes \d+$/m);
  assert.deepEqual(metrics.list(), []);
});

test('the table for a README has one row per metric in order of definition', () => {
  const metrics = createMetricsRegistry();
  metrics.gauge({ name: 'longwire_logic_sessions', help: 'Sessions now.' });
  metrics.counter({ name: 'longwire_logic_events_total', help: 'Events by type.', labels: ['type'] });
  assert.equal(
    describeMetrics(metrics),
    [
      '| Metric | Type | Labels | Meaning |',
      '| --- | --- | --- | --- |',
      '| `longwire_logic_sessions` | gauge | - | Sessions now. |',
      '| `longwire_logic_events_total` | counter | type | Events by type. |',
    ].join('\n'),
  );
});
