import { constants } from 'node:zlib';

/** Below this many messages a batch has too little that repeats for a higher quality to find. */
const SMALL_BATCH_MESSAGES = 5;
const MIN_WINDOW_BITS = 10;
const MAX_WINDOW_BITS = 18;

/**
 * Brotli's effort for a batch: 5 below five messages, else 7, which costs a tenth more and saves some percent. Never 9,
 * which costs 7-20 times as much for under 1 % (measured over shape-true barrage).
 */
export function brotliQuality(messages: number): number {
  return messages < SMALL_BATCH_MESSAGES ? 5 : 7;
}

/** The smallest window that holds the whole batch: a larger one costs memory at both ends and finds nothing more. */
export function brotliWindowBits(sizeBytes: number): number {
  // Brotli's usable window is 16 bytes less than the power of two.
  const bits = Math.ceil(Math.log2(sizeBytes + 16));
  return Math.min(MAX_WINDOW_BITS, Math.max(MIN_WINDOW_BITS, bits));
}

/** Parameters for `brotliCompressSync`. */
export function brotliParams(sizeBytes: number, messages: number): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: brotliQuality(messages),
    [constants.BROTLI_PARAM_LGWIN]: brotliWindowBits(sizeBytes),
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: sizeBytes,
  };
}
