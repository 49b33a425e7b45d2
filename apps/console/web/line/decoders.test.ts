import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync } from 'node:zlib';
import type { BrotliWasmType } from 'brotli-wasm';
import { platformDecoder } from './decoders.ts';
import { wasmDecompress } from './wasm-decompress.ts';

// The build for Node is CommonJS; the one that `import` would find is for browsers.
const wasm = createRequire(import.meta.url)('brotli-wasm') as BrotliWasmType;
const TEXT = new TextEncoder().encode('a room full of people '.repeat(20_000));

test('brotli by wasm gives back what was compressed, also beyond one piece', () => {
  assert.deepEqual(wasmDecompress(wasm, brotliCompressSync(TEXT), TEXT.length), TEXT);
});

test('brotli by wasm stops at the limit', () => {
  const bomb = brotliCompressSync(new Uint8Array(8_000_000));
  assert.throws(() => wasmDecompress(wasm, bomb, 1_000_000), /more came out/);
});

test('brotli by wasm refuses damaged and cut bytes', () => {
  const bytes = brotliCompressSync(TEXT);
  assert.throws(() => wasmDecompress(wasm, bytes.subarray(0, bytes.length - 5), TEXT.length));
  assert.throws(() => wasmDecompress(wasm, Uint8Array.of(255, 255, 255, 255, 1, 2, 3), TEXT.length));
});

test('inflate of the platform gives back what was compressed, and stops at the limit', async () => {
  const inflate = platformDecoder('deflate');
  assert.ok(inflate);
  assert.deepEqual(new Uint8Array(await inflate(deflateSync(TEXT), TEXT.length)), TEXT);
  await assert.rejects(inflate(deflateSync(TEXT), 1_000), /more came out/);
});

test('a format the platform does not know is none', () => {
  assert.equal(platformDecoder('no-such-format' as 'deflate'), undefined);
});
