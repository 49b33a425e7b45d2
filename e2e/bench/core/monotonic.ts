import { hrtime } from 'node:process';

const originMs = Number(hrtime.bigint()) / 1e6 - performance.now();

/**
 * Milliseconds, with fractions, of the system's monotonic clock. All processes of one machine read the same clock, so
 * times taken in one process can be compared with those of another.
 */
export function monotonicMs(): number {
  return originMs + performance.now();
}

/** Added to {@link monotonicMs} this gives the wall clock, as of now. */
export function wallOffsetMs(): number {
  return Date.now() - monotonicMs();
}
