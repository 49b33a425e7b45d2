import type { Clock } from '@longwire/domain';
import { startLoop } from '@longwire/runtime';
import type { Logger, Loop } from '@longwire/runtime';

/** Work that is done over and over while the node runs. */
export interface PeriodicJob {
  readonly name: string;
  readonly periodMs: number;
  /** A promise is waited for: the job is never run twice at a time. What it rejects with is logged and tried again. */
  readonly run: () => void | Promise<void>;
}

/** Runs jobs, each on its own period, until stopped. */
export class PeriodicJobs {
  readonly #jobs: readonly PeriodicJob[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #loops = new Map<string, Loop>();

  constructor(jobs: readonly PeriodicJob[], { clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#jobs = jobs;
    this.#clock = clock;
    this.#logger = logger;
  }

  start(): void {
    for (const { name, periodMs, run } of this.#jobs) {
      const task = async (signal: AbortSignal): Promise<void> => untilAborted(run(), signal);
      this.#loops.set(name, startLoop({ name, periodMs, clock: this.#clock, logger: this.#logger, task }));
    }
  }

  /** Runs the job as soon as it is not running. */
  trigger(name: string): void {
    this.#loops.get(name)?.trigger();
  }

  /** Resolves when no job is begun any more. One that waits for another tier is not waited for. */
  async stop(): Promise<void> {
    await Promise.all([...this.#loops.values()].map((loop) => loop.stop()));
  }
}

function untilAborted(work: void | Promise<void>, signal: AbortSignal): void | Promise<void> {
  if (work === undefined) return undefined;
  return new Promise((resolve, reject) => {
    const leave = (): void => resolve();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
