import type { Clock } from '@longwire/domain';

const KEEP_MS = 120_000;
const MAX_KEYS = 100_000;

/** The keys written lately: for two minutes, at most 100,000, the oldest given up first. */
export class RecentKeys {
  readonly #clock: Clock;
  readonly #writtenAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(key: string): boolean {
    const writtenAtMs = this.#writtenAt.get(key);
    return writtenAtMs !== undefined && writtenAtMs + KEEP_MS > this.#clock.monotonic();
  }

  add(key: string): void {
    const nowMs = this.#clock.monotonic();
    if (!this.#writtenAt.has(key)) this.#writtenAt.set(key, nowMs);
    for (const [oldest, writtenAtMs] of this.#writtenAt) {
      if (writtenAtMs + KEEP_MS > nowMs && this.#writtenAt.size <= MAX_KEYS) return;
      this.#writtenAt.delete(oldest);
    }
  }
}
