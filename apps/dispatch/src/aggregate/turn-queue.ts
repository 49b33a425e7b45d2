import type { Clock } from '@longwire/domain';

const COMPACT_AT = 1024;

export interface TurnQueueOptions {
  readonly clock: Clock;
  /** Work this long in one go, then let input and output have their turn. */
  readonly budgetMs: number;
  readonly onFault: (fault: unknown) => void;
}

/**
 * Runs jobs one by one in the order they came, from the end of the current turn on. When they take longer than the
 * budget the event loop breathes in between, so that requests are still read, and refused, while flushes pile up.
 * A job that throws is reported and the next one runs.
 */
export class TurnQueue {
  readonly #options: TurnQueueOptions;
  #jobs: (() => void)[] = [];
  #head = 0;
  #isScheduled = false;

  constructor(options: TurnQueueOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#jobs.length - this.#head;
  }

  enqueue(job: () => void): void {
    this.#jobs.push(job);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#work());
  }

  /** Resolves when all jobs enqueued before this call have run. */
  passed(): Promise<void> {
    return new Promise((resolve) => this.enqueue(resolve));
  }

  #work(): void {
    const { clock, budgetMs, onFault } = this.#options;
    const startedAt = clock.monotonic();
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      try {
        job();
      } catch (fault) {
        onFault(fault);
      }
      if (this.waiting > 0 && clock.monotonic() - startedAt >= budgetMs) {
        setImmediate(() => this.#work());
        return;
      }
    }
    this.#isScheduled = false;
  }

  #next(): (() => void) | undefined {
    const job = this.#jobs[this.#head];
    this.#head += 1;
    // Under lasting load the queue never empties: done jobs are cut off in large steps.
    if (job === undefined || this.#head >= COMPACT_AT) {
      this.#jobs = this.#jobs.slice(this.#head);
      this.#head = 0;
    }
    return job;
  }
}
