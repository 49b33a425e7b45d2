import { createHash } from 'node:crypto';
import { brotliCompress, brotliDecompressSync } from 'node:zlib';
import type { BrotliOptions } from 'node:zlib';
import type { RoomId } from '@longwire/domain';
import {
  decodeFrames,
  DictionaryShelf,
  encodeDictionary,
  joinFrames,
  SERVER_FRAME_LIMITS,
  unpack,
  wrapDictionary,
  wrapDictionaryBatch,
} from '@longwire/wire';
import { brotliParams } from '../compress/brotli-quality.ts';
import type { BrotliQuality } from '../compress/brotli-quality.ts';
import { brotliPrefix, DICTIONARY_WINDOW_BITS, TAIL_ZEROS } from './brotli-prefix.ts';

/** Of a stream's window 16 bytes cannot be reached back to. */
const REACH_BYTES = 2 ** DICTIONARY_WINDOW_BITS - 16;

/** What a room's batches are compressed against. */
export interface RoomDictionary {
  readonly id: number;
  readonly roomId: RoomId;
  /** As the encoder takes it. */
  readonly content: Buffer;
  /** Low bits of the first byte of every stream that goes on from it. */
  readonly lastBits: number;
}

/** Makes a dictionary of plain frames, 64 KiB of them at most. Its id follows from the frames. */
export function createRoomDictionary(roomId: RoomId, frames: Uint8Array): RoomDictionary {
  const content = Buffer.concat([frames, new Uint8Array(TAIL_ZEROS)]);
  const { lastBits } = brotliPrefix(content);
  // 0 stands for none.
  const id = createHash('sha256').update(content).digest().readUInt32BE() || 1;
  return { id, roomId, content, lastBits };
}

/** Does a batch of so many plain bytes fit the window together with the dictionary? Else a decoder could not reach back. */
export function canCompress({ content }: RoomDictionary, sizeBytes: number): boolean {
  return content.length + sizeBytes <= REACH_BYTES;
}

/** Options for brotli that make a batch go on from the dictionary. */
export function dictionaryOptions(
  { content }: RoomDictionary,
  sizeBytes: number,
  quality: BrotliQuality,
): BrotliOptions & { readonly dictionary: Buffer } {
  return { params: brotliParams({ sizeBytes, quality, windowBits: DICTIONARY_WINDOW_BITS }), dictionary: content };
}

/** Returns the op 5 frame of ver 4 around what brotli made with {@link dictionaryOptions}, which is changed. */
export function wrapWithDictionary({ id, lastBits }: RoomDictionary, compressed: Uint8Array): Uint8Array<ArrayBuffer> {
  compressed[0] = ((compressed[0] ?? 0) & 0xf0) | lastBits;
  return wrapDictionaryBatch(id, compressed);
}

/** Resolves to the op 26 frame that clients are sent: as small as it gets, which takes tens of ms off the main thread. */
export function buildDictionaryFrame({ id, roomId, content }: RoomDictionary): Promise<Uint8Array<ArrayBuffer>> {
  const prefix = brotliPrefix(content).bytes;
  const body = encodeDictionary({ id, roomId, prefix, skipBytes: content.length });
  const params = brotliParams({ sizeBytes: body.length, quality: 11 });
  return new Promise((resolve, reject) => {
    brotliCompress(body, { params }, (fault, compressed) => {
      if (fault === null) resolve(wrapDictionary(compressed));
      else reject(fault);
    });
  });
}

/**
 * Does a client that is sent these two frames read these plain ones? It reads with the reference decoder and a brotli that
 * is told of no dictionary.
 */
export function isReadable(dictionaryFrame: Uint8Array, frame: Uint8Array, plain: Uint8Array): boolean {
  const shelf = new DictionaryShelf();
  const decompressors = {
    brotli: (bytes: Uint8Array, maxBytes: number) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes }),
  };
  const { frames } = decodeFrames(joinFrames([dictionaryFrame, frame]), SERVER_FRAME_LIMITS);
  const expected = decodeFrames(plain, SERVER_FRAME_LIMITS).frames;
  const read = frames.flatMap((each) => unpack(each, decompressors, shelf).frames);
  const isSame = read.every(
    ({ body }, index) => Buffer.compare(body, expected[index]?.body ?? new Uint8Array(0)) === 0,
  );
  return isSame && read.length === expected.length;
}
