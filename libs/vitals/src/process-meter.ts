import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;
const US_PER_SECOND = 1e6;

/** What a process uses, as of one moment. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
  /** Mean since the last reading. */
  readonly loopDelayMs: number;
}

/**
 * Measures the process it runs in. The event loop has a meter of its own here: the one behind the scraped metrics starts
 * anew each time it is read, so a second reader would take from the first.
 */
export class ProcessMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.#delay.enable();
  }

  read(): ProcessUsage {
    const { user, system } = process.cpuUsage();
    // The samples include their own period; no sample yet reads as NaN.
    const loopDelayMs = Math.max(0, this.#delay.mean / NS_PER_MS - RESOLUTION_MS) || 0;
    this.#delay.reset();
    return { cpuSeconds: (user + system) / US_PER_SECOND, memoryBytes: process.memoryUsage.rss(), loopDelayMs };
  }

  stop(): void {
    this.#delay.disable();
  }
}
