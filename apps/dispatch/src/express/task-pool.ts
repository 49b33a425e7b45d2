export interface TaskPoolLimits {
  readonly maxRunning: number;
  readonly maxWaiting: number;
}

/** Runs tasks, a few at a time, in the order they came; refuses what passes its bound. Tasks must not reject. */
export class TaskPool {
  readonly #limits: TaskPoolLimits;
  #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #idleWaiters: (() => void)[] = [];

  constructor(limits: TaskPoolLimits) {
    this.#limits = limits;
  }

  offer(task: () => Promise<void>): boolean {
    if (this.#running < this.#limits.maxRunning) {
      this.#run(task);
      return true;
    }
    if (this.#waiting.length >= this.#limits.maxWaiting) return false;
    this.#waiting.push(task);
    return true;
  }

  /** Resolves when nothing runs or waits. */
  idle(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  #run(task: () => Promise<void>): void {
    this.#running += 1;
    void task().finally(() => {
      this.#running -= 1;
      const next = this.#waiting.shift();
      if (next !== undefined) this.#run(next);
      if (this.#running > 0) return;
      for (const resolve of this.#idleWaiters.splice(0)) resolve();
    });
  }
}
