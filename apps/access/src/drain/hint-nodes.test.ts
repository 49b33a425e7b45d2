import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeAlternative } from '@longwire/domain';
import { drawHintNodes } from './hint-nodes.ts';

function alternative(nodeId: string, share: number): NodeAlternative {
  return { nodeId, region: 'local', ws: `ws://${nodeId}/sub`, tcp: `${nodeId}:1`, share };
}

/** Uniform and the same in every run. */
function evenly(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

test('clients are spread over the other nodes in proportion to their shares', () => {
  const nodes = [alternative('a', 1), alternative('b', 3), alternative('c', 6)];
  const random = evenly();
  const firsts: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (let client = 0; client < 10_000; client += 1) {
    const [first] = drawHintNodes(nodes, random);
    if (first !== undefined) firsts[first.nodeId] = (firsts[first.nodeId] ?? 0) + 1;
  }
  for (const { nodeId, share } of nodes) {
    assert.ok(Math.abs((firsts[nodeId] ?? 0) / 10_000 - share / 10) < 0.02, `${nodeId}: ${firsts[nodeId]}`);
  }
});

test('a hint names three different nodes at most, without their shares', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((nodeId) => alternative(nodeId, 1));
  const drawn = drawHintNodes(nodes, evenly());
  assert.equal(new Set(drawn.map(({ nodeId }) => nodeId)).size, 3);
  assert.deepEqual(Object.keys(drawn[0] ?? {}).toSorted(), ['nodeId', 'region', 'tcp', 'ws']);
  assert.deepEqual(drawHintNodes([], evenly()), []);
});
