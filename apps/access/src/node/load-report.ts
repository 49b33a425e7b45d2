import type { Clock, LoadReport } from '@longwire/domain';
import { LoopDelayMeter } from '@longwire/runtime';

const US_PER_MS = 1000;

export interface LoadMeterOptions {
  readonly clock: Clock;
  readonly capacity: number;
  readonly connections: () => number;
}

/** Measures how busy this process is, from one report to the next. */
export class LoadMeter {
  readonly #options: LoadMeterOptions;
  readonly #delay = new LoopDelayMeter();
  #cpuUsage: NodeJS.CpuUsage = { user: 0, system: 0 };
  #sinceMs = 0;

  constructor(options: LoadMeterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#delay.start();
    this.#cpuUsage = process.cpuUsage();
    this.#sinceMs = this.#options.clock.monotonic();
  }

  /** What has been measured since the last call. */
  report(): LoadReport {
    const { clock, capacity, connections } = this.#options;
    const spanMs = Math.max(1, clock.monotonic() - this.#sinceMs);
    const { user, system } = process.cpuUsage(this.#cpuUsage);
    const loopDelayMs = this.#delay.readMs();
    this.#cpuUsage = process.cpuUsage();
    this.#sinceMs = clock.monotonic();
    return { connections: connections(), capacity, loopDelayMs, cpuRatio: (user + system) / US_PER_MS / spanMs };
  }

  stop(): void {
    this.#delay.stop();
  }
}
