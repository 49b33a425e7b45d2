import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@longwire/testkit';
import { TaskPool } from './task-pool.ts';

test('a few tasks run at a time, the others wait in order, and what passes the bound is refused', async () => {
  const pool = new TaskPool({ maxRunning: 2, maxWaiting: 2 });
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const outcomes = [1, 2, 3, 4, 5].map((number) =>
    pool.offer(() => {
      begun.push(number);
      return new Promise((resolve) => ends.push(resolve));
    }),
  );
  assert.deepEqual(outcomes, [true, true, true, true, false]);
  assert.deepEqual(begun, [1, 2]);
  ends[0]?.();
  await settle();
  assert.deepEqual(begun, [1, 2, 3]);
  let isIdle = false;
  void pool.idle().then(() => (isIdle = true));
  for (const end of ends) end();
  await settle();
  assert.deepEqual(begun, [1, 2, 3, 4]);
  assert.equal(isIdle, false);
  for (const end of ends) end();
  await settle();
  assert.equal(isIdle, true);
  await pool.idle();
});
