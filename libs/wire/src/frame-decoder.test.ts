import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CLIENT_FRAME_LIMITS, decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import type { DecodeOutcome, FrameLimits } from './decode.ts';
import { FrameDecoder } from './frame-decoder.ts';
import { encodeFrame, joinFrames } from './frame.ts';
import type { Frame } from './frame.ts';
import { MAX_CLIENT_FRAME_BYTES } from './limits.ts';
import { OPERATION } from './operation.ts';

const upFrame = fc.record(
  {
    op: fc.constantFrom(2, 7, 12, 14, 16, 18, 20, 22),
    ver: fc.constantFrom(0, 1),
    seq: fc.integer({ min: 0, max: 0xffffffff }),
    body: fc.uint8Array({ maxLength: 60 }),
  },
  { noNullPrototype: true },
);
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

function split(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const offsets = [0, ...at.map((part) => Math.floor(part * bytes.length)).toSorted((a, b) => a - b), bytes.length];
  // Each chunk is a copy of its own, as a transport would hand it over.
  return offsets.slice(1).map((end, index) => bytes.slice(offsets[index], end));
}

/** Feeds all chunks, wiping each one afterwards but for the frames it holds, and gathers what came out. */
function feedAll(chunks: readonly Uint8Array[], limits: FrameLimits): DecodeOutcome {
  const decoder = new FrameDecoder(limits);
  const frames: Frame[] = [];
  let last: DecodeOutcome = { ok: true, frames };
  for (const chunk of chunks) {
    last = decoder.feed(chunk);
    for (const frame of last.frames) frames.push({ ...frame, body: frame.body.slice() });
    chunk.fill(0xdd);
    assert.ok(decoder.heldBytes <= limits.maxFrameBytes);
  }
  return { ...last, frames };
}

test('frames split and joined at any byte decode to the same frames', () => {
  fc.assert(
    fc.property(fc.array(upFrame, { maxLength: 10 }), cuts, (frames, at) => {
      const bytes = joinFrames(frames.map(encodeFrame));
      assert.deepEqual(feedAll(split(bytes, at), CLIENT_FRAME_LIMITS), { ok: true, frames });
    }),
    { numRuns: 500 },
  );
});

test('byte by byte gives the same as at once', () => {
  fc.assert(
    fc.property(fc.array(upFrame, { minLength: 1, maxLength: 4 }), (frames) => {
      const bytes = joinFrames(frames.map(encodeFrame));
      const single = [...bytes].map((byte) => Uint8Array.of(byte));
      assert.deepEqual(feedAll(single, CLIENT_FRAME_LIMITS), { ok: true, frames });
    }),
  );
});

test('a faulty stream gives the same frames and the same fault wherever it is cut', () => {
  const junk = fc.uint8Array({ minLength: 16, maxLength: 80 });
  fc.assert(
    fc.property(fc.array(upFrame, { maxLength: 4 }), junk, cuts, (frames, rest, at) => {
      const bytes = joinFrames([...frames.map(encodeFrame), rest]);
      const cut = feedAll(split(bytes, at), CLIENT_FRAME_LIMITS);
      assert.deepEqual(cut, feedAll([bytes.slice()], CLIENT_FRAME_LIMITS));
    }),
    { numRuns: 1000 },
  );
});

test('random chunks never throw and never hold more than one frame', () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 40 });
  fc.assert(
    fc.property(chunks, (parts) => void feedAll(parts, CLIENT_FRAME_LIMITS)),
    { numRuns: 1000 },
  );
});

test('a hostile packLen is refused with the 16th byte, before anything is held for it', () => {
  for (const packLen of [0, 1, 15, MAX_CLIENT_FRAME_BYTES + 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
    const header = encodeFrame({ op: 2, ver: 1, seq: 1, body: new Uint8Array(0) });
    new DataView(header.buffer).setUint32(0, packLen);
    const decoder = new FrameDecoder(CLIENT_FRAME_LIMITS);
    assert.equal(decoder.feed(header.subarray(0, 15)).ok, true);
    const outcome = decoder.feed(header.subarray(15));
    assert.equal(outcome.ok ? undefined : outcome.error.code, 4501, `packLen ${packLen}`);
    assert.equal(decoder.heldBytes, 0);
  }
});

test('a decoder at a fault stays there, whatever comes after', () => {
  const decoder = new FrameDecoder(CLIENT_FRAME_LIMITS);
  const first = decoder.feed(new Uint8Array(16));
  const second = decoder.feed(encodeFrame({ op: 2, ver: 1, seq: 1, body: new Uint8Array(0) }));
  assert.equal(first.ok, false);
  assert.deepEqual(second, first);
});

test('a frame that lies whole in a chunk is a view of it, one that does not owns its bytes', () => {
  const bytes = encodeFrame({ op: 18, ver: 1, seq: 1, body: Uint8Array.of(1, 2, 3) });
  const whole = new FrameDecoder(CLIENT_FRAME_LIMITS).feed(bytes);
  assert.equal(whole.frames[0]?.body.buffer, bytes.buffer);

  const decoder = new FrameDecoder(CLIENT_FRAME_LIMITS);
  decoder.feed(bytes.subarray(0, 17));
  assert.equal(decoder.heldBytes, 17);
  const late = decoder.feed(bytes.subarray(17));
  bytes.fill(0);
  assert.deepEqual([...(late.frames[0]?.body ?? [])], [1, 2, 3]);
  assert.equal(decoder.heldBytes, 0);
});

test('a chunk inside a larger buffer is read within its bounds', () => {
  const bytes = encodeFrame({ op: OPERATION.message, ver: 0, seq: 0, body: new Uint8Array(20).fill(7) });
  const poisoned = new Uint8Array(200).fill(0xff);
  poisoned.set(bytes, 50);
  const decoder = new FrameDecoder(SERVER_FRAME_LIMITS);
  assert.deepEqual(decoder.feed(poisoned.subarray(50, 61)), { ok: true, frames: [] });
  const outcome = decoder.feed(poisoned.subarray(61, 50 + bytes.length));
  assert.deepEqual(outcome, decodeFrames(bytes, SERVER_FRAME_LIMITS));
});
