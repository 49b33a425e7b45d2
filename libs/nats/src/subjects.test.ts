import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Lane, LANES, type NodeId, PARTITION_COUNT, type RoomId, type Topic, trustedId } from '@longwire/domain';
import { subjectOf } from './subjects.ts';

const ID_CHARACTERS = 'ABCXYZabcxyz019_.:-';
const id = fc.string({ unit: fc.constantFrom(...ID_CHARACTERS.split('')), minLength: 1, maxLength: 64 });
const partition = fc.integer({ min: 0, max: PARTITION_COUNT - 1 });
const topic: fc.Arbitrary<Topic> = fc.oneof(
  fc.record({
    kind: fc.constantFrom(
      'room-push' as const,
      'room-demand' as const,
      'room-history' as const,
      'room-traffic' as const,
    ),
    partition,
  }),
  id.map((text): Topic => ({ kind: 'room-batch', roomId: trustedId<RoomId>(text) })),
  id.map((text): Topic => ({ kind: 'node', nodeId: trustedId<NodeId>(text) })),
  id.map((text): Topic => ({ kind: 'node-history', nodeId: trustedId<NodeId>(text) })),
  fc
    .constantFrom(
      'room-demand-query' as const,
      'broadcast-push' as const,
      'broadcast' as const,
      'direct-push' as const,
      'acks' as const,
      'arrivals' as const,
      'partition-claims' as const,
      'room-zones' as const,
      'vitals' as const,
      'trace' as const,
    )
    .map((kind): Topic => ({ kind })),
);
const lane: fc.Arbitrary<Lane> = fc.constantFrom(...LANES);

test('two topics share a subject only when they are the same topic of the same lane', () => {
  fc.assert(
    fc.property(lane, topic, lane, topic, (oneLane, one, otherLane, other) => {
      const isSame = oneLane === otherLane && JSON.stringify(one) === JSON.stringify(other);
      assert.equal(subjectOf(oneLane, one) === subjectOf(otherLane, other), isSame);
    }),
    { numRuns: 2_000 },
  );
});

test('a subject is three or four non-empty tokens without wildcards or white space', () => {
  fc.assert(
    fc.property(lane, topic, (someLane, some) => {
      assert.match(subjectOf(someLane, some), /^lw\.[bx]\.[a-z-]+(\.[A-Za-z0-9_:~-]+)?$/);
    }),
    { numRuns: 2_000 },
  );
});

test('subjects have the documented shapes', () => {
  assert.equal(subjectOf('bulk', { kind: 'room-push', partition: 7 }), 'lw.b.room-push.7');
  assert.equal(subjectOf('express', { kind: 'room-batch', roomId: trustedId('a.b:c') }), 'lw.x.room-batch.a~b:c');
  assert.equal(subjectOf('express', { kind: 'node', nodeId: trustedId('access-1') }), 'lw.x.node.access-1');
  assert.equal(subjectOf('bulk', { kind: 'room-zones' }), 'lw.b.room-zones');
});
