import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * How often the event loop is looked at. Each look wakes an idle process, so that three meters at the usual 10 ms are half of
 * what such a process costs.
 */
export const LOOP_LOOK_MS = 50;

const NS_PER_MS = 1e6;

/** How late the event loop comes to what is due, for one reader: each reading starts anew. */
export class LoopDelayMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: LOOP_LOOK_MS });

  start(): void {
    this.#delay.enable();
  }

  /** The mean since the last reading, in ms; 0 when nothing was measured yet. */
  readMs(): number {
    // The samples include their own period; no sample yet reads as NaN.
    const meanMs = Math.max(0, this.#delay.mean / NS_PER_MS - LOOP_LOOK_MS) || 0;
    this.#delay.reset();
    return meanMs;
  }

  stop(): void {
    this.#delay.disable();
  }
}
