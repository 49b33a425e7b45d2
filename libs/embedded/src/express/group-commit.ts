import type { DatabaseSync } from 'node:sqlite';
import { AppError } from '@longwire/domain';

interface Job {
  run(): void;
  settle(failure: unknown): void;
}

/**
 * Runs the jobs of one turn of the event loop in one transaction, so that they share one sync of the disk. A job that
 * throws an AppError is rejected alone and must not have written before; any other error undoes and rejects all of them.
 */
export class GroupCommit {
  readonly #db: DatabaseSync;
  readonly #onRollback: () => void;
  #jobs: Job[] = [];

  /** `onRollback` is called when work that has run was undone. */
  constructor(db: DatabaseSync, onRollback: () => void) {
    this.#db = db;
    this.#onRollback = onRollback;
  }

  /** Resolves with what `work` returned, once it is on disk. Rejects with `store-unavailable` or the work's AppError. */
  run<T>(work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let outcome: { readonly value: T } | { readonly refusal: AppError } | undefined;
      const run = (): void => {
        try {
          outcome = { value: work() };
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          outcome = { refusal: error };
        }
      };
      const settle = (failure: unknown): void => {
        if (failure !== undefined || outcome === undefined) reject(storeUnavailable(failure));
        else if ('value' in outcome) resolve(outcome.value);
        else reject(outcome.refusal);
      };
      if (this.#jobs.push({ run, settle }) === 1) setImmediate(() => this.flush());
    });
  }

  /** Commits what waits, now. */
  flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    const failure = this.#commit(jobs);
    for (const job of jobs) job.settle(failure);
  }

  #commit(jobs: readonly Job[]): unknown {
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const job of jobs) job.run();
      this.#db.exec('COMMIT');
      return undefined;
    } catch (error) {
      if (this.#db.isOpen && this.#db.isTransaction) {
        this.#db.exec('ROLLBACK');
        this.#onRollback();
      }
      return error;
    }
  }
}

export function storeUnavailable(cause: unknown): AppError {
  return new AppError('store-unavailable', 'The store does not answer', { cause });
}
