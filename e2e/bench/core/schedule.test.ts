import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueAtMs, dueCount, endsAtMs, scheduleOf } from './schedule.ts';

const schedule = { startMs: 1000, ratePerSec: 200, count: 10 };

test('messages are due at even times from the start on', () => {
  assert.deepEqual(
    [0, 1, 2].map((index) => dueAtMs(schedule, index)),
    [1000, 1005, 1010],
  );
  assert.equal(endsAtMs(schedule), 1045);
});

test('nothing is due before the start, one message at the start, and never more than there are', () => {
  assert.deepEqual(
    [0, 999.9, 1000, 1004.9, 1005, 1045, 9000].map((nowMs) => dueCount(schedule, nowMs)),
    [0, 0, 1, 1, 2, 10, 10],
  );
});

test('what was due while the sender stood still stays due: the loop is open', () => {
  assert.equal(dueCount(schedule, 1030) - dueCount(schedule, 1000), 6);
});

test('a schedule of seconds at a rate holds at least one message', () => {
  assert.equal(scheduleOf(0, 20, 3).count, 60);
  assert.equal(scheduleOf(0, 0.1, 1).count, 1);
});
