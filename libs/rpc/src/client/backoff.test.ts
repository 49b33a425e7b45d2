import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from './backoff.ts';

test('the wait doubles from 100 ms to 1 s, and up to half of it is random', () => {
  const longest = [0, 1, 2, 3, 4, 50].map((failures) => backoffMs(failures, 1, () => 1));
  assert.deepEqual(longest, [100, 200, 400, 800, 1_000, 1_000]);
  assert.equal(
    backoffMs(4, 1, () => 0),
    500,
  );
});

test('with several addresses the wait stays short until each was tried', () => {
  const longest = [0, 1, 2, 3].map((failures) => backoffMs(failures, 3, () => 1));
  assert.deepEqual(longest, [100, 100, 100, 200]);
});
