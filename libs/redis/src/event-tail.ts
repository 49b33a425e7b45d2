import type { BlockingConnection } from './blocking-connection.ts';
import { isBefore } from './event-position.ts';
import { eventLogKey } from './keys.ts';

/** Longest time of one blocking read; with the grace of the connection, what a silent loss of it goes unnoticed for. */
const BLOCK_MS = 5000;
/** Pause after a wake-up: readers of a busy log get pages of events instead of being woken by each. */
const PACE_MS = 50;
/** Longest pause while blocking reads fail; readers then look that often. */
const MAX_PACE_MS = 500;
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface TailWait {
  readonly waitMs: number;
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly afterStreamId: string;
  readonly wake: () => void;
}

/**
 * Wakes those who wait at the end of the event log when something is appended: one blocking read for all of them, on one
 * connection, while at least one waits. What was appended before the read began wakes too, since it starts after the lowest
 * stream id that is waited for.
 */
export class EventTail {
  readonly #blocking: Pick<BlockingConnection, 'call' | 'drop'>;
  readonly #waiters = new Set<Waiter>();
  #blockedAfter: string | undefined;
  #isWatching = false;

  constructor(blocking: Pick<BlockingConnection, 'call' | 'drop'>) {
    this.#blocking = blocking;
  }

  /**
   * Resolves when the log may have more after `afterStreamId`, after `waitMs`, or when the signal aborts, whichever is first;
   * never rejects. A read that fails wakes as well: the look that follows tells whether the store is there.
   */
  async waitForMore(afterStreamId: string, { waitMs, signal }: TailWait): Promise<void> {
    if (signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const waiter: Waiter = { afterStreamId, wake };
    const timer = setTimeout(wake, Math.min(Math.max(0, Math.ceil(waitMs)), MAX_TIMER_MS));
    signal?.addEventListener('abort', wake);
    this.#join(waiter);
    try {
      await promise;
    } finally {
      this.#waiters.delete(waiter);
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
    }
  }

  #join(waiter: Waiter): void {
    this.#waiters.add(waiter);
    // The read under way would not see what comes between the two ids, as after the log was emptied: it begins anew.
    if (this.#blockedAfter !== undefined && isBefore(waiter.afterStreamId, this.#blockedAfter)) this.#blocking.drop();
    if (!this.#isWatching) void this.#watch();
  }

  /** Runs until nobody waits; a read under way then is left to end by itself, since readers mostly come back at once. */
  async #watch(): Promise<void> {
    this.#isWatching = true;
    let failures = 0;
    while (this.#waiters.size > 0) {
      const outcome = await this.#block(lowestOf(this.#waiters));
      failures = outcome === 'failed' ? failures + 1 : 0;
      if (outcome === 'nothing') continue;
      for (const { wake } of this.#waiters) wake();
      await pause(Math.min(PACE_MS * Math.max(1, failures), MAX_PACE_MS));
    }
    this.#isWatching = false;
  }

  async #block(afterStreamId: string): Promise<'appended' | 'nothing' | 'failed'> {
    this.#blockedAfter = afterStreamId;
    const read = ['BLOCK', BLOCK_MS, 'COUNT', 1, 'STREAMS', eventLogKey, afterStreamId];
    try {
      return (await this.#blocking.call(BLOCK_MS, 'XREAD', ...read)) === null ? 'nothing' : 'appended';
    } catch {
      // The connection has reported it; readers are woken and learn the state of the store from their own commands.
      return 'failed';
    } finally {
      this.#blockedAfter = undefined;
    }
  }
}

function lowestOf(waiters: ReadonlySet<Waiter>): string {
  const ids = Array.from(waiters, ({ afterStreamId }) => afterStreamId);
  return ids.reduce((lowest, id) => (isBefore(id, lowest) ? id : lowest));
}

/** Does not keep the process alive. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms).unref());
}
