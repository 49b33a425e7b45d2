import type { Timer } from '@longwire/domain';
import type { ClientClock } from '../clock.ts';

/** A wait that can be cut short, but not below its least time. */
export class Nap {
  readonly #clock: ClientClock;
  #timer: Timer | undefined;
  #end: (() => void) | undefined;
  #leastUntilMs = 0;

  constructor(clock: ClientClock) {
    this.#clock = clock;
  }

  /** Resolves after `ms`; without it only {@link wake} ends it. */
  sleep(ms?: number, leastMs = 0): Promise<void> {
    this.#leastUntilMs = this.#clock.monotonic() + leastMs;
    return new Promise((resolve) => {
      this.#end = resolve;
      if (ms !== undefined) this.#timer = this.#clock.after(ms, resolve);
    });
  }

  /** Ends the wait in `ms`, or when its least time is over. */
  wake(ms = 0): void {
    if (this.#end === undefined) return;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(Math.max(ms, this.#leastUntilMs - this.#clock.monotonic()), this.#end);
  }

  /** Ends it at once, whatever was asked for. */
  cancel(): void {
    this.#timer?.cancel();
    this.#end?.();
  }
}
