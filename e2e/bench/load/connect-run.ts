import type { ConnectReport } from './orders.ts';

/** What one attempt comes to: exactly one of the two is called, once. */
export interface ConnectListener {
  readonly onReady: () => void;
  readonly onFailed: (why: string) => void;
}

export interface ConnectRunLimits {
  readonly count: number;
  /** Attempts that may be under way at a time. */
  readonly inFlight: number;
  /** After so long without one that became ready, those that are still open have failed. */
  readonly stallMs?: number;
  readonly retryAfterMs?: number;
}

type ConnectTally = Pick<ConnectReport, 'connected' | 'retried' | 'faults'>;

const ATTEMPTS = 3;
const STALL_MS = 60_000;
const RETRY_AFTER_MS = 200;

/** Opens connections 0 .. count - 1, so many at a time, each up to three times, and keeps the books of it. */
export class ConnectRun {
  /** Resolves when each is ready or has failed, or nothing moves any more. */
  readonly done: Promise<ConnectTally>;
  readonly #limits: Required<ConnectRunLimits>;
  readonly #open: (offset: number, listener: ConnectListener) => void;
  readonly #faults: Record<string, number> = {};
  #begun = 0;
  #connected = 0;
  #failed = 0;
  #retried = 0;
  #movedAtMs = performance.now();
  #watch: NodeJS.Timeout | undefined;
  #resolve: (tally: ConnectTally) => void = () => undefined;

  constructor(limits: ConnectRunLimits, open: (offset: number, listener: ConnectListener) => void) {
    this.#limits = { stallMs: STALL_MS, retryAfterMs: RETRY_AFTER_MS, ...limits };
    this.#open = open;
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const { count, inFlight, stallMs } = this.#limits;
    this.#watch = setInterval(() => this.#giveUpWhenStalled(), stallMs / 4);
    if (count === 0) this.#end();
    while (this.#begun < Math.min(count, inFlight)) this.#try(this.#begun++, 1);
  }

  #try(offset: number, attempt: number): void {
    if (this.#watch === undefined) return;
    this.#open(offset, {
      onReady: () => {
        if (this.#watch === undefined) return;
        this.#connected += 1;
        this.#movedAtMs = performance.now();
        this.#next();
      },
      onFailed: (why) => this.#onFailed(offset, attempt, why),
    });
  }

  #onFailed(offset: number, attempt: number, why: string): void {
    if (this.#watch === undefined) return;
    this.#faults[why] = (this.#faults[why] ?? 0) + 1;
    if (attempt < ATTEMPTS) {
      this.#retried += 1;
      setTimeout(() => this.#try(offset, attempt + 1), this.#limits.retryAfterMs * attempt);
      return;
    }
    this.#failed += 1;
    this.#next();
  }

  #next(): void {
    const { count } = this.#limits;
    if (this.#connected + this.#failed === count) this.#end();
    else if (this.#begun < count) this.#try(this.#begun++, 1);
  }

  #giveUpWhenStalled(): void {
    const { count, stallMs } = this.#limits;
    if (performance.now() - this.#movedAtMs < stallMs) return;
    const left = count - this.#connected - this.#failed;
    const why = `not ready, and nothing else was for ${stallMs / 1000} s`;
    this.#faults[why] = (this.#faults[why] ?? 0) + left;
    this.#end();
  }

  #end(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
    this.#resolve({ connected: this.#connected, retried: this.#retried, faults: this.#faults });
  }
}

/** `3 EADDRNOTAVAIL, 1 ECONNREFUSED`. */
export function describeFaults(faults: Readonly<Record<string, number>>): string {
  return Object.entries(faults)
    .map(([why, times]) => `${times} ${why}`)
    .join(', ');
}
