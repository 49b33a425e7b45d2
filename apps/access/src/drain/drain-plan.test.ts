import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDrain, roundSize } from './drain-plan.ts';

test('without a hurry 10% are hinted a second and closed 5 s after their hint', () => {
  assert.deepEqual(planDrain(null), { rounds: 10, roundMs: 1000, closeAfterMs: 5000 });
});

test('a deadline is kept: hints and the last close fit into it', () => {
  for (const deadlineMs of [100, 1000, 5000, 30_000]) {
    const { rounds, roundMs, closeAfterMs } = planDrain(deadlineMs);
    assert.ok(rounds * roundMs + closeAfterMs <= deadlineMs);
  }
});

test('a round is a tenth, and at least one', () => {
  const plan = planDrain(null);
  assert.deepEqual(
    [0, 1, 9, 11, 1000].map((connections) => roundSize(connections, plan)),
    [1, 1, 1, 2, 100],
  );
});
