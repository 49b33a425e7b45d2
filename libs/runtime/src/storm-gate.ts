import type { Clock } from '@longwire/domain';
import { createRateLimiter } from './rate-limiter.ts';
import type { RateLimiter } from './rate-limiter.ts';

export interface StormGateOptions {
  /** Clients a second that are let in, whoever they are; 0 is no limit. */
  readonly ratePerSec: number;
  /** So many at once after a rest. */
  readonly burst: number;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
}

/** A refused herd is spread over at least and at most this time. */
const LEAST_SPREAD_MS = 1000;
const MOST_SPREAD_MS = 30_000;
/** Those refused within this time are taken for one herd. */
const HERD_MS = 5000;

/**
 * Keeps a herd that comes back at once from taking a process down: lets in what it can do, and tells each of the others
 * a time to come back, random over as long as it takes to let in all that were just refused.
 */
export class StormGate {
  readonly #options: StormGateOptions;
  readonly #limiter: RateLimiter;
  /** Refused since the herd began; a pause as long as a herd ends it. */
  #refused = 0;
  #lastRefusalMs = -Infinity;

  constructor(options: StormGateOptions) {
    const { ratePerSec, burst, clock } = options;
    this.#options = options;
    this.#limiter = createRateLimiter({ ratePerSec, burst, maxKeys: 1, clock });
  }

  /** Null lets one in; else after how long it is to come back. */
  take(): number | null {
    const outcome = this.#limiter.take('node');
    if (outcome.ok) return null;
    const { clock, ratePerSec } = this.#options;
    const nowMs = clock.monotonic();
    if (nowMs - this.#lastRefusalMs > HERD_MS) this.#refused = 0;
    this.#lastRefusalMs = nowMs;
    this.#refused += 1;
    const drainMs = (this.#refused / ratePerSec) * 1000;
    return this.#within(outcome.retryAfterMs, Math.min(MOST_SPREAD_MS, Math.max(LEAST_SPREAD_MS, drainMs)));
  }

  /** A time from `leastMs` on, spread so that clients who hear it together do not come back together. */
  spread(leastMs: number): number {
    return this.#within(leastMs, LEAST_SPREAD_MS);
  }

  #within(leastMs: number, spreadMs: number): number {
    return Math.floor(leastMs + this.#options.random() * spreadMs);
  }
}
