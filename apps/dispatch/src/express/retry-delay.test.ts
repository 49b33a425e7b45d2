import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelayMs } from './retry-delay.ts';

test('attempts are 1, 2, 4, 8, 15, 15, ... s apart', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 100].map(retryDelayMs), [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  assert.equal(retryDelayMs(0), 1000);
});
