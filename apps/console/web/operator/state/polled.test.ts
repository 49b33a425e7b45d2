import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextDelayMs } from './polled.ts';

test('asks at its period while it is answered, and less and less often while it is not', () => {
  assert.equal(nextDelayMs(1_000, 0), 1_000);
  assert.deepEqual(
    [1, 2, 3, 4, 9].map((failures) => nextDelayMs(1_000, failures)),
    [2_000, 4_000, 8_000, 10_000, 10_000],
  );
  assert.equal(nextDelayMs(30_000, 5), 30_000);
});
