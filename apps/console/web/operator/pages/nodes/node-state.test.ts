import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeView } from '@longwire/domain';
import { isLastOne, stateOf, takesClients } from './node-state.ts';

const node = (nodeId: string, change: Partial<NodeView> = {}): NodeView => ({
  nodeId,
  region: '',
  site: '',
  version: '',
  state: 'active',
  isLeaving: false,
  weight: 1,
  load: { connections: 0, capacity: 1, loopDelayMs: 0, cpuRatio: 0 },
  linkQuality: null,
  registeredAt: 0,
  leaseUntil: 0,
  ...change,
});

test('a node that takes nobody by itself is leaving, unless it was told to drain', () => {
  assert.equal(stateOf(node('a', { isLeaving: true, state: 'ejected' })), 'leaving');
  assert.equal(stateOf(node('a', { isLeaving: true })), 'leaving', 'restored, and its ports are not open yet');
  assert.equal(stateOf(node('a', { isLeaving: true, state: 'draining' })), 'draining');
});

test('warns before the last node that takes clients is taken away', () => {
  const [a, b] = [node('a'), node('b', { weight: 0 })];
  assert.ok(takesClients(a) && !takesClients(b));
  assert.equal(isLastOne(a, [a, b, node('c', { state: 'ejected' })]), true);
  assert.equal(isLastOne(a, [a, node('b')]), false);
  assert.equal(isLastOne(b, [a, b]), false, 'nothing is lost with one that takes nobody');
});
