import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import { encodeFrame, joinFrames, wrapCompressed, writeHeader } from './frame.ts';

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const anyFrame = fc.record(
  { op: u32, ver: u16, seq: u32, body: fc.uint8Array({ maxLength: 300 }) },
  { noNullPrototype: true },
);

test('a header is packLen, headerLen 16, ver, op and seq, all big-endian', () => {
  const frame = encodeFrame({ op: 0x01020304, ver: 0x0506, seq: 0x0708090a, body: Uint8Array.of(0xaa, 0xbb) });
  assert.equal(Buffer.from(frame).toString('hex'), '00000012' + '0010' + '0506' + '01020304' + '0708090a' + 'aabb');
});

test('a header can be written in place, and one that does not fit throws', () => {
  const bytes = new Uint8Array(24).fill(0xee);
  writeHeader(new DataView(bytes.buffer), 4, { packLen: 16, ver: 1, op: 2, seq: 3 });
  assert.equal(Buffer.from(bytes).toString('hex'), 'eeeeeeee' + '00000010001000010000000200000003' + 'eeeeeeee');
  assert.throws(() => writeHeader(new DataView(bytes.buffer), 9, { packLen: 16, ver: 1, op: 2, seq: 3 }), RangeError);
});

test('any frames that are encoded and joined decode to the same frames', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 8 }), (frames) => {
      assert.deepEqual(decodeFrames(joinFrames(frames.map(encodeFrame)), SERVER_FRAME_LIMITS), { ok: true, frames });
    }),
  );
});

test('an encoded frame is a copy: changing the body afterwards does not change it', () => {
  const body = Uint8Array.of(1, 2, 3);
  const frame = encodeFrame({ op: 5, ver: 0, seq: 0, body });
  body.fill(9);
  assert.deepEqual([...frame.subarray(16)], [1, 2, 3]);
});

test('only ver 2 and 3 can wrap compressed frames', () => {
  const wrapped = decodeFrames(wrapCompressed(3, Uint8Array.of(7)), SERVER_FRAME_LIMITS);
  assert.deepEqual(wrapped.frames, [{ op: 5, ver: 3, seq: 0, body: Uint8Array.of(7) }]);
  assert.throws(() => wrapCompressed(1 as 2, Uint8Array.of(7)), RangeError);
});
