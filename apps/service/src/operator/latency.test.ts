import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latencyOf, mergeBuckets } from './latency.ts';

const buckets = (counts: Readonly<Record<string, number>>) =>
  new Map(Object.entries(counts).map(([bound, count]) => [Number(bound), count]));

test('without a value there is no latency', () => {
  assert.equal(latencyOf(new Map()), null);
  assert.equal(latencyOf(buckets({ '0.1': 0, Infinity: 0 })), null);
});

test('a quantile lies within its bucket, by proportion, in ms', () => {
  assert.deepEqual(latencyOf(buckets({ '0.1': 0, '0.2': 100, Infinity: 0 })), { p50: 150, p99: 199 });
  assert.deepEqual(latencyOf(buckets({ '0.001': 98, '1': 2 })), { p50: 0.51, p99: 500.5 });
});

test('what is above all bounds is told as the highest bound', () => {
  assert.deepEqual(latencyOf(buckets({ '0.1': 1, '5': 0, Infinity: 9 })), { p50: 5000, p99: 5000 });
});

test('counts of several processes add up, also when their bounds differ', () => {
  const merged = mergeBuckets([buckets({ '0.1': 1, '0.2': 2 }), buckets({ '0.2': 3, Infinity: 1 })]);
  assert.deepEqual(Object.fromEntries(merged), { '0.1': 1, '0.2': 5, Infinity: 1 });
});
