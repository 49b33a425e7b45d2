import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';

const DIGITS = 3;
/** Two minutes: more is recorded as this. */
const MAX_US = 120_000_000;

export interface Quantiles {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

export interface CurvePoint {
  /** Percentile, 0 - 100. */
  readonly percentile: number;
  readonly ms: number;
}

/** Latencies with a relative error of 0.1% from 1 us to two minutes (HdrHistogram), mergeable over processes. */
export class LatencyHistogram {
  readonly #histogram: Histogram;

  constructor(histogram?: Histogram) {
    this.#histogram =
      histogram ??
      build({ lowestDiscernibleValue: 1, highestTrackableValue: MAX_US, numberOfSignificantValueDigits: DIGITS });
  }

  static decode(text: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(text));
  }

  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  /** Values below zero (clocks read in another order) count as the least. */
  record(ms: number, count = 1): void {
    const us = Math.min(MAX_US, Math.max(1, Math.round(ms * 1000)));
    this.#histogram.recordValueWithCount(us, count);
  }

  add(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  quantileMs(percentile: number): number {
    return this.count === 0 ? Number.NaN : this.#histogram.getValueAtPercentile(percentile) / 1000;
  }

  quantiles(): Quantiles {
    return {
      count: this.count,
      p50Ms: this.quantileMs(50),
      p90Ms: this.quantileMs(90),
      p99Ms: this.quantileMs(99),
      p999Ms: this.quantileMs(99.9),
      maxMs: this.quantileMs(100),
    };
  }

  /** The whole distribution, denser towards its end, for a chart. */
  curve(): readonly CurvePoint[] {
    const percentiles = [0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 92.5, 95, 97, 98, 99, 99.5, 99.9, 99.99, 100];
    return percentiles.map((percentile) => ({ percentile, ms: this.quantileMs(percentile) }));
  }
}
