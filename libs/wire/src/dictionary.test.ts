import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import fc from 'fast-check';
import {
  DictionaryShelf,
  encodeDictionary,
  parseDictionary,
  wrapDictionary,
  wrapDictionaryBatch,
} from './dictionary.ts';
import type { Dictionary } from './dictionary.ts';
import { decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import type { Frame } from './frame.ts';
import { MAX_DICTIONARY_BYTES, MAX_INFLATED_BYTES } from './limits.ts';
import { unpack, unpackAsync } from './unpack.ts';

const decompressors = {
  brotli: (bytes: Uint8Array, maxBytes: number) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

function dictionaryOf(more: Partial<Dictionary> = {}): Dictionary {
  return { id: 1, roomId: '1000', skipBytes: 3, prefix: Uint8Array.of(1, 2, 3), ...more };
}

function frameOf(bytes: Uint8Array): Frame {
  const outcome = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  assert.ok(outcome.ok && outcome.frames[0] !== undefined);
  return outcome.frames[0];
}

const dictionaryFrame = (bytes: Uint8Array): Frame => frameOf(wrapDictionary(brotliCompressSync(bytes)));
const bodyFrame = (id: number, rest: Uint8Array): Frame => frameOf(wrapDictionaryBatch(id, rest));
const codeOf = (frame: Frame, shelf: DictionaryShelf): number => {
  const outcome = unpack(frame, decompressors, shelf);
  return outcome.ok ? 0 : outcome.error.code;
};

test('a dictionary is read as it was written, whatever its room and prefix', () => {
  const dictionary = fc.record({
    id: fc.integer({ min: 1, max: 0xffffffff }),
    roomId: fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/),
    skipBytes: fc.integer({ min: 0, max: MAX_DICTIONARY_BYTES }),
    prefix: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  });
  fc.assert(fc.property(dictionary, (each) => assert.deepEqual(parseDictionary(encodeDictionary(each)), { ...each })));
});

test('what is no dictionary is refused: too short, too long, without an id, a room, a prefix, or skipping too much', () => {
  const good = encodeDictionary(dictionaryOf());
  assert.ok(parseDictionary(good) !== undefined);
  const bad = [
    new Uint8Array(0),
    good.subarray(0, 9),
    good.subarray(0, 14),
    encodeDictionary(dictionaryOf({ id: 0 })),
    encodeDictionary(dictionaryOf({ prefix: new Uint8Array(0) })),
    encodeDictionary(dictionaryOf({ skipBytes: MAX_DICTIONARY_BYTES + 1 })),
    encodeDictionary(dictionaryOf({ prefix: new Uint8Array(MAX_DICTIONARY_BYTES) })),
  ];
  for (const bytes of bad) {
    assert.equal(parseDictionary(bytes), undefined);
    assert.equal(codeOf(dictionaryFrame(bytes), new DictionaryShelf()), 4513);
  }
});

test('a shelf keeps the last two dictionaries of each room and no more than 16 rooms have', () => {
  const shelf = new DictionaryShelf();
  for (const id of [1, 2, 3]) shelf.put(dictionaryOf({ id }));
  assert.deepEqual(
    [1, 2, 3].map((id) => shelf.find(id)?.id),
    [undefined, 2, 3],
  );
  shelf.put(dictionaryOf({ id: 4, roomId: '2000' }));
  assert.equal(shelf.size, 3);
  shelf.put(dictionaryOf({ id: 2 }));
  shelf.put(dictionaryOf({ id: 5 }));
  assert.deepEqual(
    [2, 3, 4, 5].map((id) => shelf.find(id) !== undefined),
    [true, false, true, true],
  );
  for (let id = 10; id < 100; id += 1) shelf.put(dictionaryOf({ id, roomId: `room-${id}` }));
  assert.equal(shelf.size, 32);
  assert.equal(shelf.find(5), undefined);
});

test('the room that is read goes on being read, whatever rooms were joined and left meanwhile', () => {
  const shelf = new DictionaryShelf();
  shelf.put(dictionaryOf({ id: 1 }));
  shelf.put(dictionaryOf({ id: 2 }));
  for (let id = 10; id < 100; id += 1) {
    shelf.put(dictionaryOf({ id, roomId: `room-${id}` }));
    assert.equal(shelf.find(id % 10 === 0 ? 1 : 2) !== undefined, true);
  }
  assert.equal(shelf.size, 32);
  // Being used does not make the older one newer.
  shelf.put(dictionaryOf({ id: 3 }));
  assert.deepEqual(
    [1, 2, 3].map((id) => shelf.find(id)?.id),
    [undefined, 2, 3],
  );
});

test('a dictionary shows no message, and a body that names none, or one that is gone, is refused', async () => {
  const shelf = new DictionaryShelf();
  const frame = dictionaryFrame(encodeDictionary(dictionaryOf({ id: 7 })));
  assert.deepEqual(unpack(frame, decompressors, shelf), { ok: true, frames: [] });
  assert.equal(codeOf(bodyFrame(8, new Uint8Array(9)), shelf), 4513);
  assert.equal(codeOf({ op: 5, ver: 4, seq: 0, body: Uint8Array.of(0, 0) }, shelf), 4513);
  assert.equal(codeOf({ op: 5, ver: 4, seq: 7, body: new Uint8Array(0) }, shelf), 4513);
  assert.equal(codeOf({ op: 26, ver: 1, seq: 0, body: frame.body }, shelf), 4513);
  assert.equal((await unpackAsync(frame, {}, shelf)).ok, false);
  assert.equal((await unpackAsync(frame, decompressors, shelf)).ok, true);
});

test('hostile dictionaries and bodies never throw, never yield more than is allowed, and leave the shelf bounded', () => {
  const shelf = new DictionaryShelf();
  const stream = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(brotliCompressSync(bytes))),
    fc.constant(new Uint8Array(brotliCompressSync(new Uint8Array(MAX_INFLATED_BYTES * 2)))),
  );
  const small = fc.integer({ min: 0, max: 3 });
  const dictionary = fc.record({
    id: small,
    roomId: fc.string({ maxLength: 3 }),
    skipBytes: fc.oneof(small, fc.constantFrom(MAX_DICTIONARY_BYTES, 0xffffffff)),
    prefix: fc.oneof(
      fc.constant(new Uint8Array(0)),
      stream.map((bytes) => bytes.subarray(0, -1)),
    ),
  });
  const frame = fc.oneof(
    dictionary.map((each) => dictionaryFrame(encodeDictionary(each))),
    fc.uint8Array({ maxLength: 60 }).map((bytes) => dictionaryFrame(bytes)),
    fc.tuple(small, stream).map(([id, rest]) => bodyFrame(id, rest)),
    stream.map((body) => ({ op: 26, ver: 3, seq: 0, body })),
  );
  fc.assert(
    fc.property(frame, (each) => {
      const outcome = unpack(each, decompressors, shelf);
      if (!outcome.ok) assert.ok(outcome.error.code >= 4500);
      const sizeBytes = outcome.frames.reduce((sum, { body }) => sum + body.length, 0);
      assert.ok(sizeBytes <= MAX_INFLATED_BYTES);
      assert.ok(shelf.size <= 32);
    }),
    { numRuns: 500 },
  );
});
