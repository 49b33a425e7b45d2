import { LoopDelayMeter } from '@longwire/runtime';

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
  readonly #delay = new LoopDelayMeter();

  start(): void {
    this.#delay.start();
  }

  read(): ProcessUsage {
    const { user, system } = process.cpuUsage();
    return {
      cpuSeconds: (user + system) / US_PER_SECOND,
      memoryBytes: process.memoryUsage.rss(),
      loopDelayMs: this.#delay.readMs(),
    };
  }

  stop(): void {
    this.#delay.stop();
  }
}
