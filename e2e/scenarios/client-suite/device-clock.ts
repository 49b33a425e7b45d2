import type { Change, ClientClock, Surroundings } from '@longwire/client';

/** Time as a device has it: its clock may be wrong, and while it sleeps no timer fires; those due fire when it wakes. */
export class DeviceClock implements ClientClock {
  readonly #skewMs: number;
  readonly #overdue = new Set<() => void>();
  #isAsleep = false;

  constructor(skewMs: number) {
    this.#skewMs = skewMs;
  }

  now(): number {
    return Date.now() + this.#skewMs;
  }

  monotonic(): number {
    return performance.now();
  }

  after(delayMs: number, task: () => void): { cancel: () => void } {
    const timer = setTimeout(() => (this.#isAsleep ? this.#overdue.add(task) : task()), delayMs);
    return {
      cancel: () => {
        clearTimeout(timer);
        this.#overdue.delete(task);
      },
    };
  }

  sleep(): void {
    this.#isAsleep = true;
  }

  wake(): void {
    this.#isAsleep = false;
    // One that fires may cancel another.
    for (const task of this.#overdue) {
      this.#overdue.delete(task);
      task();
    }
  }
}

/** What a device tells of its network and screen, as a test decides. */
export class DeviceSurroundings implements Surroundings {
  readonly #changes = new EventTarget();
  #isOnline = true;

  readonly isOnline = (): boolean => this.#isOnline;

  readonly watch = (onChange: (change: Change) => void, signal: AbortSignal): void => {
    for (const change of ['online', 'offline', 'visible'] as const) {
      this.#changes.addEventListener(change, () => onChange(change), { signal });
    }
  };

  tell(change: Change): void {
    if (change !== 'visible') this.#isOnline = change === 'online';
    this.#changes.dispatchEvent(new Event(change));
  }
}
