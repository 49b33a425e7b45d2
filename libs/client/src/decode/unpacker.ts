import { DictionaryShelf, unpackAsync } from '@longwire/wire';
import type { AsyncDecompressors, DecodeOutcome, Frame } from '@longwire/wire';
import { decodeOnPlatform } from './platform-decoder.ts';

export type Unpack = (frame: Frame) => Promise<DecodeOutcome>;

/**
 * Unpacks the compressed frames of one connection, which are to be given in order, and keeps its dictionaries: these show
 * no message. The reference decoder as it is, in a chunk that a page loads with the first such frame.
 */
export function createUnpacker(decoders: AsyncDecompressors): Unpack {
  const shelf = new DictionaryShelf();
  return (frame) => unpackAsync(frame, decoders, shelf);
}

/** The platform's decoder, by way of this file: so one request of a page brings both. */
export const decompress: typeof decodeOnPlatform = (...args) => decodeOnPlatform(...args);
