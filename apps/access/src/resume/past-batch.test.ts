import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODING_BITS } from '@longwire/domain';
import { RoomBatch } from '@longwire/protos/bus/v1';
import { encodeMessageFrames } from '@longwire/wire';
import { toPastBatch } from './past-batch.ts';

test('a kept batch has its bytes to itself: what else came with it is not kept, and what is written there does not show', () => {
  const frames = Buffer.from(encodeMessageFrames([Buffer.from('{"cmd":"A"}')]));
  const came = RoomBatch.encode(
    RoomBatch.fromPartial({ encodings: [{ encoding: ENCODING_BITS.plain, frames }] }),
  ).finish();
  const chunk = Buffer.concat([Buffer.alloc(64 * 1024), came]);
  const { encodings } = RoomBatch.decode(chunk.subarray(64 * 1024));
  const past = toPastBatch({ firstSeq: 1, count: 1, atMs: 0 }, encodings);
  chunk.fill(0);
  assert.deepEqual(past.value[0]?.frames, frames);
  assert.notEqual(past.value[0]?.frames.buffer, chunk.buffer);
  assert.equal(past.sizeBytes, frames.length);
});
