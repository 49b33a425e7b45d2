import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDrain, roundSize } from './drain-plan.ts';

const PACE = { percentPerSec: 10, closeAfterMs: 5000 };

test('without a hurry 10% are hinted a second and closed 5 s after their hint', () => {
  assert.deepEqual(planDrain(null, PACE), { rounds: 10, roundMs: 1000, closeAfterMs: 5000 });
});

test('a deadline is kept at every pace: hints and the last close fit into it', () => {
  for (const percentPerSec of [1, 3, 10, 100]) {
    for (const deadlineMs of [100, 1000, 5000, 30_000]) {
      const { rounds, roundMs, closeAfterMs } = planDrain(deadlineMs, { ...PACE, percentPerSec });
      assert.ok(rounds * roundMs + closeAfterMs <= deadlineMs);
      assert.ok(rounds * percentPerSec >= 100);
    }
  }
});

test('a deadline that leaves time enough does not hurry the pace', () => {
  assert.deepEqual(planDrain(60_000, PACE), planDrain(null, PACE));
});

test('a round is a tenth, and at least one', () => {
  const plan = planDrain(null, PACE);
  assert.deepEqual(
    [0, 1, 9, 11, 1000].map((connections) => roundSize(connections, plan)),
    [1, 1, 1, 2, 100],
  );
});
