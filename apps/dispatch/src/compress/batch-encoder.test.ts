import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { ENCODING_BITS } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { decodeFrames, SERVER_FRAME_LIMITS } from '@longwire/wire';
import { BatchEncoder } from './batch-encoder.ts';
import { basicQuality, brotliWindowBits } from './brotli-quality.ts';

const ALL = ENCODING_BITS.plain | ENCODING_BITS.zlib | ENCODING_BITS.brotli;

function open() {
  const compressed: string[] = [];
  const encoded: string[] = [];
  const encoder = new BatchEncoder(fakeClock(), {
    onEncoded: (encoding) => encoded.push(encoding),
    onCompressed: ({ encoding }) => compressed.push(encoding),
  });
  return { encoder, compressed, encoded };
}

function bodiesOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', index })));
}

function framesOf(bytes: Uint8Array) {
  const outcome = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  assert.ok(outcome.ok);
  return outcome.frames;
}

test('every encoding holds the same frames, each compressed exactly once', () => {
  const { encoder, compressed, encoded } = open();
  const bodies = bodiesOf(20);
  const [plain, zlib, brotli] = encoder.encode(bodies, ALL);
  assert.ok(plain && zlib && brotli);
  assert.deepEqual(compressed, ['zlib', 'brotli']);
  assert.deepEqual(encoded, ['plain', 'zlib', 'brotli']);
  assert.deepEqual(
    framesOf(plain.frames).map((frame) => [frame.op, frame.ver, Buffer.from(frame.body).toString()]),
    bodies.map((body) => [5, 0, Buffer.from(body).toString()]),
  );
  const [outerZlib, outerBrotli] = [framesOf(zlib.frames), framesOf(brotli.frames)];
  assert.deepEqual([outerZlib.length, outerZlib[0]?.op, outerZlib[0]?.ver], [1, 5, 2]);
  assert.deepEqual([outerBrotli.length, outerBrotli[0]?.op, outerBrotli[0]?.ver], [1, 5, 3]);
  assert.deepEqual(inflateSync(outerZlib[0]?.body ?? ''), plain.frames);
  assert.deepEqual(brotliDecompressSync(outerBrotli[0]?.body ?? ''), plain.frames);
});

test('only what is needed is made', () => {
  const { encoder, compressed } = open();
  const batches = encoder.encode(bodiesOf(3), ENCODING_BITS.brotli);
  assert.deepEqual(
    batches.map((batch) => batch.encoding),
    [ENCODING_BITS.brotli],
  );
  assert.deepEqual(compressed, ['brotli']);
});

test('one message and one of 64 KiB are wrapped like any batch', () => {
  const { encoder } = open();
  for (const size of [1, 64 * 1024]) {
    const body = Buffer.from(JSON.stringify({ cmd: 'C', text: 'x'.repeat(size) }));
    const [brotli] = encoder.encode([body], ENCODING_BITS.brotli);
    const inner = brotliDecompressSync(framesOf(brotli?.frames ?? body)[0]?.body ?? '');
    assert.deepEqual(Buffer.from(framesOf(inner)[0]?.body ?? ''), body);
  }
});

test('effort and window follow the batch', () => {
  assert.deepEqual(
    [1, 4, 5, 200].map((messages) => basicQuality(messages)),
    [5, 5, 7, 7],
  );
  assert.deepEqual([basicQuality(200, 4), basicQuality(200, 5), basicQuality(4, 5000)], [5, 7, 5]);
  assert.deepEqual([1, 1008, 1009, 4000, 262_128, 10_000_000].map(brotliWindowBits), [10, 10, 11, 12, 18, 18]);
});
