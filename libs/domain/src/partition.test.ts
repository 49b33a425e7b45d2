import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from './ids.ts';
import type { RoomId } from './ids.ts';
import { PARTITION_COUNT, partitionOf } from './partition.ts';

test('a room is always in the same partition, within the count', () => {
  for (const id of ['1000', 'a', 'x'.repeat(64), 'a.b:c']) {
    const partition = partitionOf(trustedId<RoomId>(id));
    assert.equal(partition, partitionOf(trustedId<RoomId>(id)));
    assert.ok(Number.isInteger(partition) && partition >= 0 && partition < PARTITION_COUNT);
  }
});

test('numbered rooms spread evenly: no partition has more than twice its share', () => {
  const rooms = 6400;
  const counts = Array.from({ length: PARTITION_COUNT }, () => 0);
  for (let room = 0; room < rooms; room += 1) {
    const partition = partitionOf(trustedId<RoomId>(String(1000 + room)));
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  assert.ok(Math.max(...counts) < (2 * rooms) / PARTITION_COUNT, String(Math.max(...counts)));
  assert.ok(Math.min(...counts) > 0);
});
