import { constants } from 'node:zlib';

/** The three that pay. Never 9: it costs 7-20 times as much as 7 for under 1 % (measured over shape-true barrage). */
export const BROTLI_QUALITIES = [5, 7, 11] as const;
export type BrotliQuality = (typeof BROTLI_QUALITIES)[number];

/** Below this many messages, or viewers, a higher quality finds too little that repeats to be worth its tenth more. */
const SMALL = 5;
const MIN_WINDOW_BITS = 10;
const MAX_WINDOW_BITS = 18;

/** Brotli's effort for a batch that has no share in the budget for the best. `viewers` undefined: not known. */
export function basicQuality(messages: number, viewers?: number): 5 | 7 {
  return messages < SMALL || (viewers !== undefined && viewers < SMALL) ? 5 : 7;
}

/** The smallest window that holds the whole batch: a larger one costs memory at both ends and finds nothing more. */
export function brotliWindowBits(sizeBytes: number): number {
  // Brotli's usable window is 16 bytes less than the power of two.
  const bits = Math.ceil(Math.log2(sizeBytes + 16));
  return Math.min(MAX_WINDOW_BITS, Math.max(MIN_WINDOW_BITS, bits));
}

export interface BrotliEffort {
  readonly sizeBytes: number;
  readonly quality: BrotliQuality;
  /** Default: fitted to the size. */
  readonly windowBits?: number;
}

/** Parameters for brotli from `node:zlib`. */
export function brotliParams({ sizeBytes, quality, windowBits }: BrotliEffort): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_LGWIN]: windowBits ?? brotliWindowBits(sizeBytes),
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_SIZE_HINT]: sizeBytes,
  };
}
