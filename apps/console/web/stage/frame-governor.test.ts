import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameGovernor, LEAST_ON_STAGE, MOST_ON_STAGE } from './frame-governor.ts';

/** Lets frames of one length pass for a while; returns the limit after each. */
function run(governor: FrameGovernor, frameMs: number, startMs: number, forMs: number): number[] {
  const limits: number[] = [];
  for (let nowMs = startMs; nowMs < startMs + forMs; nowMs += frameMs) {
    governor.note(nowMs, frameMs);
    limits.push(governor.limit);
  }
  return limits;
}

test('slow frames thin the stage out, down to a floor; smooth ones fill it again, up to a cap', () => {
  const governor = new FrameGovernor();
  assert.equal(governor.limit, MOST_ON_STAGE);
  assert.equal(run(governor, 40, 0, 8_000).at(-1), LEAST_ON_STAGE);
  const risen = run(governor, 16.7, 8_000, 3_000).at(-1) ?? 0;
  assert.ok(risen > LEAST_ON_STAGE && risen < MOST_ON_STAGE, String(risen));
  assert.equal(run(governor, 16.7, 11_000, 20_000).at(-1), MOST_ON_STAGE);
});

test('it falls faster than it rises', () => {
  const governor = new FrameGovernor();
  const fallen = MOST_ON_STAGE - (run(governor, 40, 0, 2_000).at(-1) ?? 0);
  const risen = (run(governor, 16.7, 2_000, 2_000).at(-1) ?? 0) - (MOST_ON_STAGE - fallen);
  assert.ok(fallen > risen, `${fallen} and ${risen}`);
});

test('a page that was not looked at for a while is not a slow one', () => {
  const governor = new FrameGovernor();
  for (let count = 0; count < 50; count += 1) governor.note(count * 5_000, 5_000);
  assert.equal(governor.limit, MOST_ON_STAGE);
});
