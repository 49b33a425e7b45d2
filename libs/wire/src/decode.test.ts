import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CLOSE_CODES } from './close-codes.ts';
import { CLIENT_FRAME_LIMITS, decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import { encodeFrame, joinFrames } from './frame.ts';
import { MAX_CLIENT_FRAME_BYTES } from './limits.ts';
import { isClientOperation, OPERATION } from './operation.ts';

const headerErrors = new Set(['headerLength', 'frameLength', 'unknownOperation', 'truncated']);
const limitsOf = [CLIENT_FRAME_LIMITS, SERVER_FRAME_LIMITS];
const heartbeat = encodeFrame({ op: 2, ver: 1, seq: 1, body: new Uint8Array(0) });

/** Bytes that look like a header in some fields, so that the deeper checks are reached too. */
const nearFrame = fc
  .record({
    packLen: fc.oneof(fc.integer({ min: 0, max: 64 }), fc.integer({ min: 0, max: 0xffffffff })),
    headerLen: fc.oneof({ weight: 4, arbitrary: fc.constant(16) }, fc.integer({ min: 0, max: 0xffff })),
    op: fc.oneof(fc.constantFrom(...Object.values(OPERATION)), fc.integer({ min: 0, max: 0xffffffff })),
    rest: fc.uint8Array({ maxLength: 64 }),
  })
  .map(({ packLen, headerLen, op, rest }) => {
    const bytes = new Uint8Array(16 + rest.length);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, packLen);
    view.setUint16(4, headerLen);
    view.setUint32(8, op);
    bytes.set(rest, 16);
    return bytes;
  });
const hostileBytes = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.array(nearFrame, { maxLength: 4 }).map(joinFrames));

test('no bytes make the decoder throw, and what it refuses has a code of the table', () => {
  fc.assert(
    fc.property(hostileBytes, fc.constantFrom(...limitsOf), (bytes, limits) => {
      const outcome = decodeFrames(bytes, limits);
      if (outcome.ok) return;
      assert.ok(headerErrors.has(outcome.error.name));
      assert.equal(outcome.error.code, CLOSE_CODES[outcome.error.name].code);
    }),
    { numRuns: 2000 },
  );
});

test('bytes around the message are never read: any surroundings give the same frames', () => {
  fc.assert(
    fc.property(hostileBytes, fc.nat({ max: 40 }), fc.nat({ max: 255 }), (bytes, before, poison) => {
      const larger = new Uint8Array(before + bytes.length + 64).fill(poison);
      larger.set(bytes, before);
      const window = larger.subarray(before, before + bytes.length);
      const outcome = decodeFrames(window, SERVER_FRAME_LIMITS);
      assert.deepEqual(outcome, decodeFrames(bytes, SERVER_FRAME_LIMITS));
      for (const { body } of outcome.frames) {
        assert.ok(body.byteOffset >= before && body.byteOffset + body.length <= before + bytes.length);
      }
    }),
    { numRuns: 1000 },
  );
});

test('bodies are views into the message, not copies', () => {
  const bytes = encodeFrame({ op: 5, ver: 0, seq: 0, body: Uint8Array.of(1, 2, 3) });
  const { frames } = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  assert.equal(frames[0]?.body.buffer, bytes.buffer);
});

test('a client frame of 4 KiB + 16 is taken and one byte more is refused', () => {
  const frameOf = (sizeBytes: number) =>
    decodeFrames(encodeFrame({ op: 18, ver: 1, seq: 1, body: new Uint8Array(sizeBytes - 16) }), CLIENT_FRAME_LIMITS);
  assert.equal(frameOf(MAX_CLIENT_FRAME_BYTES).ok, true);
  const refused = frameOf(MAX_CLIENT_FRAME_BYTES + 1);
  assert.equal(refused.ok ? undefined : refused.error.code, 4501);
});

test('a server takes the up ops only, a client takes any op', () => {
  for (let op = 0; op <= 30; op += 1) {
    const bytes = encodeFrame({ op, ver: 1, seq: 1, body: new Uint8Array(0) });
    const outcome = decodeFrames(bytes, CLIENT_FRAME_LIMITS);
    assert.equal(outcome.ok, [2, 7, 12, 14, 16, 18, 20, 22].includes(op), `op ${op}`);
    assert.equal(outcome.ok, isClientOperation(op));
    if (!outcome.ok) assert.equal(outcome.error.code, 4502);
    assert.equal(decodeFrames(bytes, SERVER_FRAME_LIMITS).ok, true);
  }
});

test('the frames before a fault are given together with the fault', () => {
  const outcome = decodeFrames(joinFrames([heartbeat, heartbeat, Uint8Array.of(1)]), CLIENT_FRAME_LIMITS);
  assert.equal(outcome.ok, false);
  assert.equal(outcome.frames.length, 2);
});
