import { EXPRESS_BUCKETS } from '../bucket.ts';
import { dueKey } from '../keys.ts';
import type { RedisCommands } from '../redis-commands.ts';

/** How old the count may be that an add is judged by. */
const FRESH_MS = 200;

/** Deliveries pending over all buckets, counted at most a few times a second, with what this process added since. */
export class PendingCount {
  readonly #commands: RedisCommands;
  #counted = 0;
  #addedSince = 0;
  #countedAt = Number.NEGATIVE_INFINITY;
  #counting: Promise<number> | undefined;

  constructor(commands: RedisCommands) {
    this.#commands = commands;
  }

  /** Counts anew; calls at the same time share one count. */
  count(): Promise<number> {
    this.#counting ??= this.#countNow().finally(() => (this.#counting = undefined));
    return this.#counting;
  }

  /** Takes `amount` into account if that stays within `max`. */
  async reserve(amount: number, max: number): Promise<boolean> {
    if (performance.now() - this.#countedAt > FRESH_MS) await this.count();
    if (this.#counted + this.#addedSince + amount > max) return false;
    this.#addedSince += amount;
    return true;
  }

  async #countNow(): Promise<number> {
    const addedBefore = this.#addedSince;
    const keys = Array.from({ length: EXPRESS_BUCKETS }, (_, bucket) => dueKey(bucket));
    const counts = await Promise.all(keys.map((key) => this.#commands.call('ZCARD', key)));
    this.#counted = counts.reduce<number>((total, count) => total + Number(count), 0);
    // What was reserved while counting may or may not be in the count: kept, since too many beats too few here.
    this.#addedSince -= addedBefore;
    this.#countedAt = performance.now();
    return this.#counted;
  }
}
