import type { Clock } from '@longwire/domain';

const KEEP_MS = 120_000;
export const MAX_KEYS = 100_000;

/** The keys written lately: for two minutes, at most 100,000, the oldest given up first. */
export class RecentKeys {
  readonly #clock: Clock;
  readonly #writtenAt = new Map<string, number>();
  /** Goes on where it was: a new walk would pass over all that was deleted before it, each time. */
  #walk = this.#writtenAt.entries();
  /** What the walk has come to: the oldest. */
  #oldest: readonly [key: string, writtenAtMs: number] | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#writtenAt.size;
  }

  has(key: string): boolean {
    const writtenAtMs = this.#writtenAt.get(key);
    return writtenAtMs !== undefined && writtenAtMs + KEEP_MS > this.#clock.monotonic();
  }

  add(key: string): void {
    const nowMs = this.#clock.monotonic();
    // Before as well: one that is over is new again.
    this.#forget(nowMs);
    if (!this.#writtenAt.has(key)) this.#writtenAt.set(key, nowMs);
    this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    for (let oldest = this.#toOldest(); oldest !== undefined; oldest = this.#toOldest()) {
      if (oldest[1] + KEEP_MS > nowMs && this.#writtenAt.size <= MAX_KEYS) return;
      this.#writtenAt.delete(oldest[0]);
      this.#oldest = undefined;
    }
  }

  #toOldest(): readonly [string, number] | undefined {
    if (this.#oldest !== undefined || this.#writtenAt.size === 0) return this.#oldest;
    let next = this.#walk.next();
    if (next.done === true) {
      this.#walk = this.#writtenAt.entries();
      next = this.#walk.next();
    }
    this.#oldest = next.value;
    return this.#oldest;
  }
}
