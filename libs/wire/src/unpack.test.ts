import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import type { CompressedVer } from './body-ver.ts';
import { encodeMessageFrames } from './encode-server.ts';
import type { Frame } from './frame.ts';
import { wrapCompressed } from './frame.ts';
import { MAX_INFLATED_BYTES } from './limits.ts';
import { unpack, unpackAsync } from './unpack.ts';
import type { Decompressors } from './unpack.ts';

const platform: Decompressors = {
  inflate: (bytes, maxBytes) => inflateSync(bytes, { maxOutputLength: maxBytes }),
  brotli: (bytes, maxBytes) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes }),
};
const compress = { 2: deflateSync, 3: brotliCompressSync, 4: brotliCompressSync } as const;
const compressedFrame = (ver: CompressedVer, bytes: Uint8Array): Frame => ({
  op: 5,
  ver,
  seq: 0,
  body: compress[ver](bytes),
});
const codeOf = (frame: Frame, decompressors: Decompressors = platform) => {
  const outcome = unpack(frame, decompressors);
  return outcome.ok ? 0 : outcome.error.code;
};
const ver = fc.constantFrom<CompressedVer>(2, 3);

test('a batch comes out whole and in order, from both decompressors, at once or later', async () => {
  await fc.assert(
    fc.asyncProperty(
      ver,
      fc.array(fc.uint8Array({ maxLength: 100 }), { minLength: 1, maxLength: 20 }),
      async (v, bodies) => {
        const frame = compressedFrame(v, encodeMessageFrames(bodies));
        const expected = { ok: true, frames: bodies.map((body) => ({ op: 5, ver: 0, seq: 0, body })) };
        const plain = (outcome: ReturnType<typeof unpack>) => ({
          ...outcome,
          frames: outcome.frames.map((inner) => ({ ...inner, body: new Uint8Array(inner.body) })),
        });
        assert.deepEqual(plain(unpack(frame, platform)), expected);
        assert.deepEqual(plain(await unpackAsync(frame, platform)), expected);
      },
    ),
    { numRuns: 50 },
  );
});

test('a plain frame unpacks to itself', async () => {
  const frame: Frame = { op: 5, ver: 0, seq: 0, body: Uint8Array.of(1) };
  assert.deepEqual(unpack(frame, {}).frames, [frame]);
  assert.deepEqual((await unpackAsync(frame, {})).frames, [frame]);
});

test('a compressed frame inside a compressed frame is refused, and what was before it is kept', () => {
  const good = encodeMessageFrames([Uint8Array.of(1)]);
  const nested = wrapCompressed(2, deflateSync(good));
  const outcome = unpack(compressedFrame(3, Buffer.concat([good, nested])), platform);
  assert.equal(outcome.ok ? 0 : outcome.error.name, 'badCompression');
  assert.equal(outcome.frames.length, 1);
});

test('more than 4 MiB is refused, also from a decompressor that does not bound itself', () => {
  const bomb = compressedFrame(2, new Uint8Array(MAX_INFLATED_BYTES + 1));
  assert.equal(codeOf(bomb), 4513);
  assert.equal(codeOf(bomb, { inflate: (bytes) => inflateSync(bytes) }), 4513);
});

test('damaged bytes, a missing decompressor and an unknown ver are refused', async () => {
  const damaged: Frame = { op: 5, ver: 3, seq: 0, body: Uint8Array.of(0xff, 0xff, 0xff) };
  assert.equal(codeOf(damaged), 4513);
  const later = await unpackAsync(damaged, { brotli: () => Promise.reject(new Error('damaged')) });
  assert.equal(later.ok, false);
  assert.equal(codeOf(compressedFrame(3, encodeMessageFrames([Uint8Array.of(1)])), {}), 4513);
  assert.equal((await unpackAsync(damaged, {})).ok, false);
  assert.equal(codeOf({ op: 5, ver: 5, seq: 0, body: new Uint8Array(0) }), 4513);
});

test('random bytes behind either ver never throw', () => {
  fc.assert(
    fc.property(ver, fc.uint8Array({ maxLength: 200 }), fc.boolean(), (v, bytes, isCompressed) => {
      const frame = isCompressed ? compressedFrame(v, bytes) : { op: 5, ver: v, seq: 0, body: bytes };
      const outcome = unpack(frame, platform);
      if (!outcome.ok) assert.ok(outcome.error.code >= 4500);
    }),
  );
});
