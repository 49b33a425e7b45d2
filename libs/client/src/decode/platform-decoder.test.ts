import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync } from 'node:zlib';
import type { BrotliWasmType } from 'brotli-wasm';
import { nodeDecoders } from '../node/node-decoders.ts';
import { decompressWithWasm } from './brotli-wasm.ts';
import { platformDecoders, protoverOf } from './decoders.ts';
import { nativeDecoder, openDecoder } from './platform-decoder.ts';

// The build for Node is CommonJS; the one that `import` would find is for browsers.
const wasm = createRequire(import.meta.url)('brotli-wasm') as BrotliWasmType;
const TEXT = new TextEncoder().encode('a room full of people '.repeat(20_000));
const BOMB = new Uint8Array(8_000_000);

const decoders = {
  ...Object.fromEntries(
    Object.entries(platformDecoders()).map(([name, decode]) => [`${name} of the platform`, decode]),
  ),
  ...Object.fromEntries(Object.entries(nodeDecoders()).map(([name, decode]) => [`${name} of Node`, decode])),
  'brotli by wasm': async (compressed: Uint8Array, maxBytes: number) => decompressWithWasm(wasm, compressed, maxBytes),
};

for (const [name, decode] of Object.entries(decoders)) {
  const compress = name.startsWith('brotli') ? brotliCompressSync : deflateSync;

  test(`${name} gives back what was compressed, also beyond one piece`, async () => {
    assert.deepEqual(new Uint8Array(await decode(compress(TEXT), TEXT.length)), TEXT);
  });

  test(`${name} stops at the limit`, async () => {
    await assert.rejects(async () => decode(compress(BOMB), 1_000_000));
  });

  test(`${name} refuses damaged and cut bytes`, async () => {
    const bytes = compress(TEXT);
    await assert.rejects(async () => decode(bytes.subarray(0, bytes.length - 5), TEXT.length));
    await assert.rejects(async () => decode(Uint8Array.of(255, 255, 255, 255, 1, 2, 3), TEXT.length));
  });
}

test('a format the platform does not have is none', async () => {
  assert.equal(nativeDecoder('no-such-format'), undefined);
  await assert.rejects(openDecoder('no-such-format' as 'deflate'));
});

test('the protover says what can be decoded', () => {
  const { brotli, inflate } = nodeDecoders();
  assert.ok(brotli !== undefined && inflate !== undefined);
  assert.deepEqual(
    [{ brotli, inflate }, { brotli }, { inflate }, {}].map((each) => protoverOf(each)),
    [4, 4, 2, 0],
  );
});
