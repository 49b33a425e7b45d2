import type { Clock, Timer } from '@longwire/domain';

export interface GathererOptions<T> {
  readonly clock: Clock;
  /** From the first item on. */
  readonly spanMs: number;
  /** As many items are handed over at once, without waiting. */
  readonly maxItems: number;
  readonly flush: (items: readonly T[]) => void;
}

/** Collects items for a moment and hands them over together, in order. Holds at most `maxItems`. */
export class Gatherer<T> {
  readonly #options: GathererOptions<T>;
  #items: T[] = [];
  #timer: Timer | null = null;

  constructor(options: GathererOptions<T>) {
    this.#options = options;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length >= this.#options.maxItems) this.flushNow();
    else this.#timer ??= this.#options.clock.after(this.#options.spanMs, () => this.flushNow());
  }

  /** Hands over what is there, if anything. */
  flushNow(): void {
    this.#timer?.cancel();
    this.#timer = null;
    if (this.#items.length === 0) return;
    const items = this.#items;
    this.#items = [];
    this.#options.flush(items);
  }
}
