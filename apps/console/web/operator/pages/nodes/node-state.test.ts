import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeView } from '@longwire/domain';
import { isLastOne, takesClients } from './node-state.ts';

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

test('warns before the last node that takes clients is taken away', () => {
  const [a, b] = [node('a'), node('b', { weight: 0 })];
  assert.ok(takesClients(a) && !takesClients(b));
  assert.equal(isLastOne(a, [a, b, node('c', { state: 'ejected' })]), true);
  assert.equal(isLastOne(a, [a, node('b')]), false);
  assert.equal(isLastOne(b, [a, b]), false, 'nothing is lost with one that takes nobody');
});
