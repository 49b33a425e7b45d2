import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeView } from '@longwire/domain';
import { nextDrains, progressOf } from './drains.ts';

const node = (connections: number, state: NodeView['state'], isLeaving = false): NodeView => ({
  nodeId: 'access-1',
  region: 'local',
  site: 'local',
  version: '1',
  state,
  isLeaving,
  weight: 1,
  load: { connections, capacity: 1_000, loopDelayMs: 0, cpuRatio: 0 },
  linkQuality: null,
  registeredAt: 0,
  leaseUntil: 0,
});

test('progress is measured by the most connections seen since the drain began', () => {
  let drains = nextDrains(new Map(), [node(400, 'draining')]);
  drains = nextDrains(drains, [node(300, 'draining')]);
  assert.deepEqual(progressOf(node(100, 'draining'), drains), { left: 100, ratio: 0.75 });
  assert.deepEqual(progressOf(node(0, 'draining'), drains), { left: 0, ratio: 1 });
});

test('a node that was never full is empty at once, and one that is not being emptied has no progress', () => {
  assert.deepEqual(progressOf(node(0, 'draining'), new Map()), { left: 0, ratio: 1 });
  assert.equal(progressOf(node(5, 'active'), new Map()), undefined);
  assert.equal(progressOf(node(5, 'ejected'), new Map()), undefined);
  assert.ok(progressOf(node(5, 'active', true), new Map()), 'a node that is being stopped is emptied too');
});

test('restored and drained again, a node starts anew; a reading without news changes nothing', () => {
  const first = nextDrains(new Map(), [node(400, 'draining')]);
  assert.equal(nextDrains(first, [node(300, 'draining')]), first);
  const restored = nextDrains(first, [node(300, 'active')]);
  assert.equal(restored.size, 0);
  assert.equal(nextDrains(restored, [node(50, 'draining')]).get('access-1'), 50);
});
