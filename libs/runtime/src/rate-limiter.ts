import type { Clock } from '@longwire/domain';

export interface RateLimiterOptions {
  /** Steady rate per key; 0 is no limit. */
  readonly ratePerSec: number;
  /** How much may be taken at once after a rest; at least 1. */
  readonly burst: number;
  /** Keys remembered; beyond it the one touched longest ago is forgotten, which gives it a full burst again. */
  readonly maxKeys: number;
  readonly clock: Clock;
}

export type RateOutcome = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

export interface RateLimiter {
  /**
   * Takes `cost` (default 1) from the key's allowance or nothing at all. A cost above the burst counts as the burst.
   */
  take(key: string, cost?: number): RateOutcome;
  /** Keys remembered now. */
  size(): number;
}

const OK: RateOutcome = { ok: true };

/** A rate limit per key (GCRA): one number of state per key, no timers, no drift. */
export function createRateLimiter({ ratePerSec, burst, maxKeys, clock }: RateLimiterOptions): RateLimiter {
  const intervalMs = ratePerSec > 0 ? 1_000 / ratePerSec : 0;
  const depth = Math.max(1, burst);
  const toleranceMs = depth * intervalMs;
  /** Theoretical arrival time per key, in order of last touch. */
  const arrivals = new Map<string, number>();

  return {
    take(key, cost = 1) {
      if (intervalMs === 0) return OK;
      const nowMs = clock.monotonic();
      const nextMs = Math.max(nowMs, arrivals.get(key) ?? 0) + Math.min(cost, depth) * intervalMs;
      const waitMs = nextMs - toleranceMs - nowMs;
      // Rounding noise of the sums must not refuse what is due exactly now.
      if (waitMs > 1e-6) return { ok: false, retryAfterMs: Math.ceil(waitMs) };
      if (!arrivals.delete(key) && arrivals.size >= maxKeys) dropOldest(arrivals);
      arrivals.set(key, nextMs);
      return OK;
    },
    size: () => arrivals.size,
  };
}

function dropOldest(arrivals: Map<string, number>): void {
  for (const key of arrivals.keys()) {
    arrivals.delete(key);
    return;
  }
}
