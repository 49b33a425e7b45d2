import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { ENCODING_BITS, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import type { EncodedBatch } from '@longwire/protos/bus/v1';
import { eventually, fakeClock } from '@longwire/testkit';
import { encodeMessageFrames } from '@longwire/wire';
import { buildDictionaryFrame, createRoomDictionary, isReadable } from '../dictionary/room-dictionary.ts';
import { BatchEncoder } from './batch-encoder.ts';
import type { BrotliWay, Encoded } from './batch-encoder.ts';
import { BestQualityBudget } from './best-quality-budget.ts';
import { RoomCompressor } from './room-compressor.ts';
import type { RoomWork } from './room-compressor.ts';

const ROOM = trustedId<RoomId>('1000');
const plain = encodeMessageFrames(Array.from({ length: 8 }, (_, index) => Buffer.from(`{"cmd":"X","index":${index}}`)));

/** An encoder whose other thread answers when the test says so. */
class HeldEncoder extends BatchEncoder {
  readonly held: (() => void)[] = [];
  isBroken = false;

  override async brotliElsewhere(bytes: Uint8Array, way: BrotliWay): Promise<Encoded> {
    await new Promise<void>((resolve) => this.held.push(resolve));
    if (this.isBroken) throw new Error('no memory');
    return this.brotli(bytes, way);
  }
}

class AlwaysBest extends BestQualityBudget {
  readonly late: string[] = [];
  override choose(): 11 {
    return 11;
  }
  override noteLate({ key }: { key: string }): void {
    this.late.push(key);
  }
}

function setUp() {
  const clock = fakeClock();
  const made: string[] = [];
  let late = 0;
  const encoder = new HeldEncoder(clock, {
    onEncoded: () => undefined,
    onCompressed: ({ encoding, quality }) => made.push(`${encoding} ${quality}`),
  });
  const budget = new AlwaysBest({ clock, share: 1, maxJobMs: 100, maxMeanMs: 100 });
  const compressor = new RoomCompressor({ encoder, budget, clock, deadlineMs: 100, onLate: () => (late += 1) });
  const left: EncodedBatch[][] = [];
  const compress = (more: Partial<RoomWork> = {}) => {
    const wanted = [{ encoding: 'brotli', viewers: 100 }] as const;
    const work: RoomWork = {
      roomId: ROOM,
      plain,
      messages: 8,
      wanted,
      dictionary: undefined,
      isUrgent: false,
      ...more,
    };
    return compressor.compress(work, (encodings) => left.push(encodings));
  };
  return { clock, made, encoder, budget, compress, left, late: () => late };
}

const bits = (batches: readonly EncodedBatch[] | undefined) => batches?.map(({ encoding }) => encoding);

test('every encoding holds the same frames, each compressed once, the best ones on another thread', async () => {
  const { compress, left, made, encoder, clock } = setUp();
  const dictionary = createRoomDictionary(ROOM, plain);
  const wanted = (['plain', 'zlib', 'brotli', 'dictionary'] as const).map((encoding) => ({ encoding, viewers: 100 }));
  assert.notEqual(compress({ wanted, dictionary }), null);
  assert.deepEqual([left.length, made], [0, ['zlib 6']]);
  for (const answer of encoder.held) answer();
  await eventually(() => left.length === 1);
  assert.deepEqual(made.toSorted(), ['brotli 11', 'dictionary 11', 'zlib 6']);
  assert.deepEqual(bits(left[0]), [1, 2, 4, 8]);
  const [first, zlib, brotli, best] = left[0] ?? [];
  assert.deepEqual(new Uint8Array(first?.frames ?? []), plain);
  assert.deepEqual(new Uint8Array(inflateSync(zlib?.frames.subarray(16) ?? '')), plain);
  assert.deepEqual(new Uint8Array(brotliDecompressSync(brotli?.frames.subarray(16) ?? '')), plain);
  assert.ok(isReadable(await buildDictionaryFrame(dictionary), best?.frames ?? plain, plain));
  assert.equal(clock.pendingTimers(), 0);
});

test('what leads is not kept waiting, and what needs no brotli neither', () => {
  const { compress, left, made } = setUp();
  assert.equal(compress({ isUrgent: true }), null);
  assert.equal(compress({ wanted: [{ encoding: 'plain', viewers: 9 }] }), null);
  assert.deepEqual([left.length, made], [2, ['brotli 7']]);
});

test('at the deadline it leaves in a lower quality, once, and the room is told late', async () => {
  const { compress, left, made, encoder, clock, budget, late } = setUp();
  compress();
  clock.advance(99);
  assert.equal(left.length, 0);
  clock.advance(1);
  assert.deepEqual([left.length, made, late()], [1, ['brotli 7'], 1]);
  assert.deepEqual(budget.late, ['brotli 1000']);
  for (const answer of encoder.held) answer();
  await eventually(() => made.length === 2);
  assert.equal(left.length, 1);
});

test('one that is hurried leaves in that call, with what is ready as it is', async () => {
  const { compress, left, made, encoder, clock } = setUp();
  const wanted = (['brotli', 'dictionary'] as const).map((encoding) => ({ encoding, viewers: 100 }));
  const pending = compress({ wanted, dictionary: createRoomDictionary(ROOM, plain) });
  encoder.held[0]?.();
  await eventually(() => made.length === 1);
  pending?.settle();
  assert.deepEqual(
    [bits(left[0]), made],
    [
      [ENCODING_BITS.brotli, ENCODING_BITS.dictionary],
      ['brotli 11', 'dictionary 7'],
    ],
  );
  pending?.settle();
  assert.equal(left.length, 1);
  assert.equal(clock.pendingTimers(), 0);
});

test('a thread that fails costs the quality, not the batch', async () => {
  const { compress, left, made, encoder } = setUp();
  encoder.isBroken = true;
  compress();
  for (const answer of encoder.held) answer();
  await eventually(() => left.length === 1);
  assert.deepEqual(made, ['brotli 7']);
});

test('no more than two are on other threads at once', () => {
  const { compress, left } = setUp();
  for (let index = 0; index < 5; index += 1) compress({ roomId: trustedId<RoomId>(`room-${index}`) });
  assert.equal(left.length, 3);
});
