import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyHistogram } from './latency-histogram.ts';
import { median, ratios, spread, sum } from './statistics.ts';
import { describeGoal, judge } from './verdict.ts';

test('the median of an even number of values lies between the two in the middle', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 2, 3]), 2.5);
  assert.ok(Number.isNaN(median([])));
});

test('the spread is how far apart the rounds lie, by their median', () => {
  assert.equal(spread([9, 10, 12]), 0.3);
  assert.equal(spread([5]), 0);
});

test('ratios are taken round by round, so a slow machine cancels out', () => {
  assert.deepEqual(ratios([10, 20], [5, 10]), [2, 2]);
  assert.equal(sum(ratios([1, 1, 1], [1])), 1);
});

test('a goal is reached at its bound, and a run without samples never reaches one', () => {
  assert.equal(judge(1.35, { atMost: 1.35 }), 'reached');
  assert.equal(judge(1.36, { atMost: 1.35 }), 'missed');
  assert.equal(judge(4000, { atLeast: 4000 }), 'reached');
  assert.equal(judge(3999, { atLeast: 4000 }), 'missed');
  assert.equal(judge(Number.NaN, { atMost: 1 }), 'missed');
  assert.equal(judge(undefined, { atMost: 1 }), 'absent');
  assert.equal(judge(5, undefined), 'info');
  assert.deepEqual(
    [describeGoal({ atMost: 2 }), describeGoal({ atLeast: 3 }), describeGoal(undefined)],
    ['<= 2', '>= 3', ''],
  );
});

test('latencies of several processes add up, and travel as text', () => {
  const [one, other] = [new LatencyHistogram(), new LatencyHistogram()];
  one.record(1, 98);
  other.record(250, 2);
  one.add(LatencyHistogram.decode(other.encode()));
  const { count, p50Ms, p99Ms } = one.quantiles();
  assert.equal(count, 100);
  assert.ok(Math.abs(p50Ms - 1) < 0.002 && Math.abs(p99Ms - 250) < 0.3, `${p50Ms} ${p99Ms}`);
});

test('a latency beyond two minutes, or below nothing, is kept at the bound', () => {
  const histogram = new LatencyHistogram();
  histogram.record(-5);
  histogram.record(10_000_000);
  assert.equal(histogram.count, 2);
  assert.ok(histogram.quantileMs(100) <= 120_200);
  assert.ok(Number.isNaN(new LatencyHistogram().quantileMs(50)));
});
