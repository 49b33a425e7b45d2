import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReconnectPlan } from './reconnect-plan.ts';

const NODES = [1, 2].map((n) => ({ nodeId: `access-${n}`, region: 'r', ws: '', tcp: '' }));

function planWith(random: () => number): ReconnectPlan {
  const plan = new ReconnectPlan(random);
  plan.setNodes(NODES);
  return plan;
}

test('waits grow to 30 s and begin anew after a minute of being in', () => {
  const plan = planWith(() => 1);
  const waits = Array.from({ length: 7 }, () => plan.afterEnd(1006, 0));
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  assert.equal(plan.afterEnd(1006, 60_000), 1000);
});

test('waits are spread over the whole span', () => {
  assert.equal(planWith(() => 0).afterEnd(1006, 10), 0);
});

test('a server that says so is not tried again; a cut line is, once', () => {
  const told = planWith(() => 0);
  told.afterEnd(4000, 10);
  assert.equal(told.node?.nodeId, 'access-2');
  const cut = planWith(() => 0);
  cut.afterEnd(1006, 10);
  assert.equal(cut.node?.nodeId, 'access-1');
  cut.afterEnd(1006, 0);
  assert.equal(cut.node?.nodeId, 'access-2');
  cut.afterEnd(1006, 0);
  cut.afterEnd(1006, 0);
  assert.equal(cut.node, undefined, 'the backend is asked for a new list');
});

test('who is limited waits 5 s at least, who is told to stay away stops', () => {
  const plan = planWith(() => 0);
  assert.equal(plan.afterEnd(4010, 0), 5000);
  assert.equal(plan.afterEnd(4509, 10), undefined);
});

test('a network of the device that was gone counts as no failure', () => {
  const plan = planWith(() => 1);
  plan.afterOffline();
  assert.equal(plan.afterEnd(1006, 0), 1000);
});
