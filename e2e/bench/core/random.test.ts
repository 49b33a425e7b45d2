import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from './random.ts';
import { createZipf } from './zipf.ts';

test('the same seed gives the same numbers, another seed others', () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 50 }, () => random.between(0, 1_000_000));
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
});

test('numbers fill their range evenly, ends included', () => {
  const random = createRandom(1);
  const counts = [0, 0, 0, 0];
  for (let draw = 0; draw < 40_000; draw += 1) {
    const value = random.between(0, 3);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  for (const count of counts) assert.ok(Math.abs(count - 10_000) < 500, counts.join(' '));
});

test('a fraction is at least 0 and below 1', () => {
  const random = createRandom(0);
  for (let draw = 0; draw < 10_000; draw += 1) {
    const value = random.fraction();
    assert.ok(value >= 0 && value < 1);
  }
});

test('of a Zipf law the first rank comes twice as often as the second, and no rank is beyond the last', () => {
  const random = createRandom(3);
  const rankOf = createZipf(10, 1);
  const counts = new Map<number, number>();
  for (let draw = 0; draw < 60_000; draw += 1) {
    const rank = rankOf(random);
    assert.ok(rank >= 0 && rank < 10);
    counts.set(rank, (counts.get(rank) ?? 0) + 1);
  }
  const ratio = (counts.get(0) ?? 0) / (counts.get(1) ?? 1);
  assert.ok(ratio > 1.9 && ratio < 2.1, String(ratio));
});
