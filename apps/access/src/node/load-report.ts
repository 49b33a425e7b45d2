import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock, LoadReport } from '@longwire/domain';

const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;
const US_PER_MS = 1000;

export interface LoadMeterOptions {
  readonly clock: Clock;
  readonly capacity: number;
  readonly connections: () => number;
}

/** Measures how busy this process is, from one report to the next. */
export class LoadMeter {
  readonly #options: LoadMeterOptions;
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #cpuUsage: NodeJS.CpuUsage = { user: 0, system: 0 };
  #sinceMs = 0;

  constructor(options: LoadMeterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#delay.enable();
    this.#cpuUsage = process.cpuUsage();
    this.#sinceMs = this.#options.clock.monotonic();
  }

  /** What has been measured since the last call. */
  report(): LoadReport {
    const { clock, capacity, connections } = this.#options;
    const spanMs = Math.max(1, clock.monotonic() - this.#sinceMs);
    const { user, system } = process.cpuUsage(this.#cpuUsage);
    // The histogram's samples include its own period; no sample yet reads as NaN.
    const loopDelayMs = Math.max(0, this.#delay.mean / NS_PER_MS - RESOLUTION_MS) || 0;
    this.#delay.reset();
    this.#cpuUsage = process.cpuUsage();
    this.#sinceMs = clock.monotonic();
    return { connections: connections(), capacity, loopDelayMs, cpuRatio: (user + system) / US_PER_MS / spanMs };
  }

  stop(): void {
    this.#delay.disable();
  }
}
