import { AppError, type Clock, type Timer } from '@longwire/domain';
import type { Link } from './link.ts';

interface Waiter {
  /** Asks again on the next link instead of failing with the one it was made on. */
  readonly outlivesLink: boolean;
  readonly resolve: () => void;
  readonly reject: (error: AppError) => void;
  readonly timer: Timer;
}

/**
 * Round trips to the server for many who ask at once: one is under way at a time, and those who ask meanwhile share the
 * next one. So a thousand subscriptions made in one turn cost one round trip.
 */
export class Confirmations {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #waiters = new Set<Waiter>();
  #link: Link | undefined;
  #isUnderWay = false;
  #isScheduled = false;

  constructor(clock: Clock, timeoutMs: number) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  attach(link: Link): void {
    this.#link = link;
    this.#isUnderWay = false;
    this.#schedule();
  }

  /** Fails those who cannot outlive the link; the others wait on for the next one. */
  detach(): void {
    this.#link = undefined;
    for (const waiter of this.#waiters) if (!waiter.outlivesLink) this.#fail(waiter, 'The connection to NATS was lost');
  }

  /** Fails all who wait, for good. */
  close(): void {
    this.#link = undefined;
    for (const waiter of this.#waiters) this.#fail(waiter, 'The bus is closed');
  }

  /** Resolves when the server has taken all that was written before; rejects with `bus-unavailable` after the timeout. */
  confirm(options: { readonly outlivesLink: boolean }): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.after(this.#timeoutMs, () =>
        this.#fail(waiter, `NATS did not answer within ${this.#timeoutMs} ms`),
      );
      const waiter: Waiter = { ...options, resolve, reject, timer };
      this.#waiters.add(waiter);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isUnderWay) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      void this.#roundTrip();
    });
  }

  async #roundTrip(): Promise<void> {
    const link = this.#link;
    if (link === undefined || this.#isUnderWay || this.#waiters.size === 0) return;
    this.#isUnderWay = true;
    const covered = [...this.#waiters];
    const hasArrived = await link.flush();
    // A newer link has its own round trip: this one's end says nothing about it.
    if (link !== this.#link) return;
    this.#isUnderWay = false;
    if (!hasArrived) return;
    for (const waiter of covered) this.#succeed(waiter);
    if (this.#waiters.size > 0) this.#schedule();
  }

  #succeed(waiter: Waiter): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.timer.cancel();
    waiter.resolve();
  }

  #fail(waiter: Waiter, message: string): void {
    if (!this.#waiters.delete(waiter)) return;
    waiter.timer.cancel();
    waiter.reject(new AppError('bus-unavailable', message));
  }
}
