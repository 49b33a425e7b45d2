import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODING_BITS } from '@longwire/domain';
import { encodeMessageFrames } from '@longwire/wire';
import { EncodedBatch } from './encoded-batch.ts';
import { mergeable, MergedBatch } from './merged-batch.ts';
import { slotOf } from './slot.ts';

const ALL = ENCODING_BITS.plain | ENCODING_BITS.brotli;
const ignore = (): undefined => undefined;

function batchOf(text: string): EncodedBatch {
  return EncodedBatch.ofPlain(encodeMessageFrames([new TextEncoder().encode(`{"cmd":"${text}"}`)]), ignore);
}

/** Against a dictionary of this name, readable without it. */
function against(dictionary: object, text: string): EncodedBatch {
  const frames = new TextEncoder().encode(`${text}, compressed`);
  return EncodedBatch.of(
    [
      { encoding: ENCODING_BITS.plain, frames: new TextEncoder().encode(text) },
      { encoding: ENCODING_BITS.dictionary, frames, dictionary: dictionary as never },
    ],
    ignore,
  );
}

test('each slot has the bytes of all batches, one behind the other, made once', () => {
  const parts = [batchOf('a'), batchOf('b'), batchOf('c')] as const;
  const merged = new MergedBatch([...parts]);
  for (const encoding of ['plain', 'zlib', 'brotli'] as const) {
    for (const isMessageFramed of [true, false]) {
      const slot = slotOf(encoding, isMessageFramed);
      const oneByOne = Buffer.concat(parts.map((part) => part.bytesOf(slot) ?? assert.fail('unreadable')));
      assert.deepEqual(merged.bytesOf(slot), oneByOne);
      assert.equal(merged.bytesOf(slot), merged.bytesOf(slot));
    }
  }
});

test('batches against one dictionary go together, with those that have none; another one begins a write of its own', () => {
  const [older, newer] = [{ lacking: new Set() }, { lacking: new Set() }];
  const batches = [batchOf('a'), against(older, 'b'), batchOf('c'), against(older, 'd'), against(newer, 'e')];
  assert.equal(mergeable(batches, ALL), 4);
  assert.equal(mergeable(batches.slice(4), ALL), 1);
  assert.deepEqual([mergeable([], ALL), mergeable(batches.slice(0, 1), ALL)], [0, 1]);
});

test('who lacks the dictionary of any of them is given all of them without', () => {
  const dictionary = { lacking: new Set<object>() };
  const merged = new MergedBatch([batchOf('a'), against(dictionary, 'b')]);
  const [has, lacks] = [{ slot: slotOf('dictionary', false) }, { slot: slotOf('dictionary', false) }];
  dictionary.lacking.add(lacks);
  assert.deepEqual([merged.slotOf(has), merged.slotOf(lacks)], [has.slot, slotOf('brotli', false)]);
});

test('a batch that cannot be read in an encoding that is needed goes alone, and takes no other with it', () => {
  const damaged = EncodedBatch.of([{ encoding: ENCODING_BITS.brotli, frames: new Uint8Array(40) }], ignore);
  assert.equal(mergeable([batchOf('a'), batchOf('b'), damaged, batchOf('c')], ALL), 2);
  assert.equal(mergeable([damaged, batchOf('c')], ALL), 1);
  assert.equal(mergeable([damaged, batchOf('c')], ENCODING_BITS.brotli), 2, 'nobody has to read it here');
});
