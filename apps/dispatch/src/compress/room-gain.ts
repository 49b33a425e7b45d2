import type { BrotliQuality } from './brotli-quality.ts';

/** Before anything was tried: what the best quality takes per KB, and what it leaves of what the basic one leaves. */
const FIRST_MS_PER_KB = 1.2;
const FIRST_SHARE_LEFT = 0.9;
const FIRST_BASIC_RATIO = 0.3;
const WEIGHT = 0.1;
/** How fast the price of a room may rise: a run that waited for a core says little about what it took. */
const RISE = 1.05;

/** What the best quality would take and save for one batch. */
export interface Forecast {
  readonly costMs: number;
  readonly savedBytes: number;
}

/** What was learned of one room and encoding: how small its batches get either way, and what the better way takes. */
export class RoomGain {
  #basicRatio = FIRST_BASIC_RATIO;
  /** Of the basic ratio; learned once the best was tried. */
  #bestRatio: number | undefined;
  #msPerKb = FIRST_MS_PER_KB;
  #isBasicKnown = false;

  forecast(rawBytes: number, viewers: number): Forecast {
    const bestRatio = this.#bestRatio ?? this.#basicRatio * FIRST_SHARE_LEFT;
    const savedBytes = Math.max(0, this.#basicRatio - bestRatio) * rawBytes * viewers;
    return { costMs: (this.#msPerKb * rawBytes) / 1024, savedBytes };
  }

  learn(quality: BrotliQuality, rawBytes: number, outcome: { encodedBytes: number; durationMs: number }): void {
    const ratio = outcome.encodedBytes / rawBytes;
    if (quality !== 11) {
      this.#basicRatio = this.#isBasicKnown ? mix(this.#basicRatio, ratio) : ratio;
      this.#isBasicKnown = true;
      return;
    }
    this.#bestRatio = this.#bestRatio === undefined ? ratio : mix(this.#bestRatio, ratio);
    this.#msPerKb = Math.min((outcome.durationMs * 1024) / rawBytes, this.#msPerKb * RISE);
  }
}

function mix(known: number, seen: number): number {
  return known + (seen - known) * WEIGHT;
}
