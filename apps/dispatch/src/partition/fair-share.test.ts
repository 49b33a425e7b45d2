import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fairShare, surplusOf } from './fair-share.ts';

test('for any number of processes the shares add up to all partitions and first choices do not overlap', () => {
  for (let count = 1; count <= 70; count += 1) {
    const candidates = Array.from({ length: count }, (_, index) => `dispatch-${index}`);
    const shares = candidates.map((holder) => fairShare(64, candidates, holder));
    const chosen = shares.flatMap((share) => share?.order.slice(0, share.count) ?? []);
    assert.deepEqual(
      chosen.toSorted((a, b) => a - b),
      Array.from({ length: 64 }, (_, index) => index),
    );
    const counts = shares.map((share) => share?.count ?? -1);
    assert.ok(Math.max(...counts) - Math.min(...counts) <= 1);
  }
});

test('a process that is not a candidate has no share', () => {
  assert.equal(fairShare(64, ['a', 'b'], 'c'), undefined);
});

test('what is above the share goes, the least preferred first, and nothing else', () => {
  const share = fairShare(8, ['a', 'b'], 'b');
  assert.ok(share);
  assert.deepEqual(surplusOf(share, new Set([0, 1, 2, 3, 4, 5, 6, 7])), [0, 1, 2, 3]);
  assert.deepEqual(surplusOf(share, new Set([0, 5, 6])), []);
});
