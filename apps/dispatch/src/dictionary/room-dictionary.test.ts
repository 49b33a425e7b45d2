import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { DictionaryShelf, encodeMessageFrames, HEADER_BYTES, parseDictionary, unpackAsync } from '@longwire/wire';
import type { BrotliWasmType } from 'brotli-wasm';
import fc from 'fast-check';
import { BROTLI_QUALITIES } from '../compress/brotli-quality.ts';
import { brotliPrefix } from './brotli-prefix.ts';
import {
  buildDictionaryFrame,
  canCompress,
  createRoomDictionary,
  dictionaryOptions,
  isReadable,
  wrapWithDictionary,
} from './room-dictionary.ts';
import type { RoomDictionary } from './room-dictionary.ts';

// The build for Node is CommonJS; the one that `import` would find is for browsers.
const wasm = createRequire(import.meta.url)('brotli-wasm') as BrotliWasmType;
const ROOM = trustedId<RoomId>('1000');
const WORDS = [
  '"cmd":"DANMU_MSG"',
  '"text":"',
  '哈哈哈',
  '你好',
  'gg',
  '{',
  '}',
  ',"lw":{"room":"1000","seq":',
  '0',
  '17',
];

const decoders = {
  native: (bytes: Uint8Array) => brotliDecompressSync(bytes),
  wasm: (bytes: Uint8Array) => wasm.decompress(bytes),
};

const talk = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 12 })), { minLength: 1, maxLength: 400 })
  .map((parts) => new TextEncoder().encode(parts.join('')));
const noise = fc.uint8Array({ minLength: 1, maxLength: 3000 });
const body = fc.oneof(talk, noise);
const batch = fc.array(body, { minLength: 1, maxLength: 12 }).map((bodies) => encodeMessageFrames(bodies));
const content = fc.array(body, { minLength: 1, maxLength: 12 }).map((bodies) => encodeMessageFrames(bodies));

function encode(dictionary: RoomDictionary, plain: Uint8Array, quality: 5 | 7 | 11): Uint8Array {
  return wrapWithDictionary(
    dictionary,
    brotliCompressSync(plain, dictionaryOptions(dictionary, plain.length, quality)),
  );
}

test('whatever a room says, decoders that know of no dictionary read it: native and wasm, in every quality', () => {
  fc.assert(
    fc.property(content, batch, fc.constantFrom(...BROTLI_QUALITIES), (frames, plain, quality) => {
      const dictionary = createRoomDictionary(ROOM, frames);
      const prefix = brotliPrefix(dictionary.content).bytes;
      const rest = encode(dictionary, plain, quality).subarray(HEADER_BYTES);
      const stream = Buffer.concat([prefix, rest]);
      for (const decode of Object.values(decoders)) {
        const all = decode(stream);
        assert.deepEqual(Buffer.from(all.subarray(0, dictionary.content.length)), dictionary.content);
        assert.deepEqual(Buffer.from(all.subarray(dictionary.content.length)), Buffer.from(plain));
      }
    }),
    { numRuns: 150 },
  );
});

test('it is read up to the largest batch that fits the window, and not offered beyond', () => {
  const talkOf = (seed: number, sizeBytes: number) => {
    const line = (index: number) => `{"cmd":"DANMU_MSG","text":"${(index * seed) % 9973} hello"}`;
    return new TextEncoder().encode(Array.from({ length: sizeBytes / 20 }, (_, index) => line(index)).join(''));
  };
  const dictionary = createRoomDictionary(ROOM, talkOf(7, 60_000).subarray(0, 60 * 1024));
  const largest = 2 ** 18 - 16 - dictionary.content.length;
  assert.ok(canCompress(dictionary, largest) && !canCompress(dictionary, largest + 1));
  const plain = talkOf(11, 400_000).subarray(0, largest);
  const prefix = brotliPrefix(dictionary.content).bytes;
  for (const quality of [5, 7] as const) {
    const stream = Buffer.concat([prefix, encode(dictionary, plain, quality).subarray(HEADER_BYTES)]);
    for (const decode of Object.values(decoders)) {
      const all = decode(stream).subarray(dictionary.content.length);
      assert.equal(Buffer.compare(Buffer.from(all), Buffer.from(plain)), 0);
    }
  }
});

test('a client that was sent the dictionary reads batches in any order, and none without it', async () => {
  const frames = encodeMessageFrames(
    Array.from({ length: 60 }, (_, index) => Buffer.from(`{"cmd":"X","index":${index}}`)),
  );
  const dictionary = createRoomDictionary(ROOM, frames);
  const op26 = await buildDictionaryFrame(dictionary);
  const first = encodeMessageFrames([Buffer.from('{"cmd":"X","index":61}')]);
  const second = encodeMessageFrames([Buffer.from('{"cmd":"X","index":62}')]);
  assert.ok(isReadable(op26, encode(dictionary, second, 5), second));
  assert.ok(isReadable(op26, encode(dictionary, first, 11), first));
  assert.ok(!isReadable(op26, encode(dictionary, first, 5), second));
  const other = createRoomDictionary(ROOM, frames.subarray(0, 700));
  assert.ok(!isReadable(await buildDictionaryFrame(other), encode(dictionary, first, 5), first));
  const sent = parseDictionary(brotliDecompressSync(op26.subarray(HEADER_BYTES)));
  assert.deepEqual([sent?.id, sent?.roomId, sent?.skipBytes], [dictionary.id, '1000', dictionary.content.length]);
  const shelf = new DictionaryShelf();
  const read = { brotli: async (bytes: Uint8Array) => wasm.decompress(bytes) };
  await unpackAsync({ op: 26, ver: 3, seq: 0, body: op26.subarray(HEADER_BYTES) }, read, shelf);
  const inner = await unpackAsync(
    { op: 5, ver: 4, seq: dictionary.id, body: encode(dictionary, first, 7).subarray(16) },
    read,
    shelf,
  );
  assert.equal(Buffer.from(inner.frames[0]?.body ?? []).toString(), '{"cmd":"X","index":61}');
});

test('the id follows from the content', () => {
  const ids = ['abc', 'abc', 'abd'].map((text) => createRoomDictionary(ROOM, Buffer.from(text)).id);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
  assert.ok(ids.every((id) => id > 0));
});

test('a prefix is made of 3 to 65,538 bytes that end in two zeros', () => {
  const zeros = (sizeBytes: number) => new Uint8Array(sizeBytes);
  assert.throws(() => brotliPrefix(zeros(2)), RangeError);
  assert.throws(() => brotliPrefix(zeros(65_539)), RangeError);
  assert.throws(() => brotliPrefix(Uint8Array.of(0, 0, 1, 0)), RangeError);
  assert.equal(brotliPrefix(zeros(65_538)).bytes.length, 65_538 + 12);
});

test('small batches of a room that repeats itself become a fraction', () => {
  const line = (index: number) => {
    const medal = { name: 'captain', level: index % 7, color: 13_081_892, isLighted: 1 };
    const user = { uid: 1000 + (index % 50), name: `user ${index % 50}`, face: '/face/noface.jpg', isVip: false };
    return Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', user, medal, text: `line ${index}` }));
  };
  const frames = encodeMessageFrames(Array.from({ length: 300 }, (_, index) => line(index)));
  const dictionary = createRoomDictionary(ROOM, frames);
  const plain = encodeMessageFrames([line(301)]);
  assert.ok(encode(dictionary, plain, 5).length < brotliCompressSync(plain).length / 2);
});
