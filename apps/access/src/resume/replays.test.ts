import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { encodeMessageFrame } from '@longwire/wire';
import { Room } from '../room/room.ts';
import { plainPastBatch } from './past-batch.ts';
import { MAX_REMEMBERED, MAX_REMEMBERED_BYTES, Replays } from './replays.ts';

function setUp(sizeBytes: number) {
  const replays = new Replays(() => undefined);
  const frame = encodeMessageFrame(new Uint8Array(sizeBytes));
  const make = (id: number) => {
    const room = new Room(trustedId<RoomId>(`r${id}`));
    Object.assign(room, { epoch: 1, lastSeq: 1 });
    return replays.make(room, [plainPastBatch({ firstSeq: 1, count: 1, atMs: 0 }, frame)], { seq: 0, slot: 0 });
  };
  return { replays, make, frameBytes: frame.length };
}

test('a crowd shares one replay; of more crowds than 32 the first has its made again', () => {
  const { replays, make, frameBytes } = setUp(10);
  const first = make(0);
  for (let id = 1; id < MAX_REMEMBERED; id += 1) make(id);
  assert.deepEqual([make(0) === first, replays.sizeBytes], [true, MAX_REMEMBERED * frameBytes]);
  make(MAX_REMEMBERED);
  assert.deepEqual([make(0) === first, replays.sizeBytes], [false, MAX_REMEMBERED * frameBytes]);
  replays.forget();
  assert.equal(replays.sizeBytes, 0);
});

test('no more than 16 MiB of replays are remembered, and none that is larger alone', () => {
  const { replays, make, frameBytes } = setUp(MAX_REMEMBERED_BYTES / 4 - 16);
  const made = [0, 1, 2, 3].map(make);
  assert.deepEqual([make(0) === made[0], replays.sizeBytes], [true, MAX_REMEMBERED_BYTES]);
  make(4);
  assert.deepEqual([make(1) === made[1], replays.sizeBytes], [true, 4 * frameBytes]);
  assert.notEqual(make(0), made[0]);
  const tooLarge = setUp(MAX_REMEMBERED_BYTES);
  assert.equal(tooLarge.make(0)?.messages, 1);
  assert.equal(tooLarge.replays.sizeBytes, 0);
});
