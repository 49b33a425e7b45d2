import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitAfterRound } from './retry-plan.ts';

const plan = { spacingMs: [1000, 2000, 4000, 8000, 15_000], maxRounds: 0 };

test('attempts are 1, 2, 4, 8, 15, 15, ... s apart', () => {
  const waits = [1, 2, 3, 4, 5, 6, 100].map((rounds) => waitAfterRound(plan, { rounds, isAbsent: false }));
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
});

test('who was not there in all of these is looked for once a minute', () => {
  const waits = [1, 5, 6, 7].map((rounds) => waitAfterRound(plan, { rounds, isAbsent: true }));
  assert.deepEqual(waits, [1000, 15_000, 60_000, 60_000]);
});

test('the number of attempts may be bounded', () => {
  const waits = [1, 2, 3].map((rounds) => waitAfterRound({ ...plan, maxRounds: 3 }, { rounds, isAbsent: false }));
  assert.deepEqual(waits, [1000, 2000, undefined]);
});
