import type { Clock } from '@longwire/domain';
import { AppError } from '@longwire/domain';
import { createRateLimiter } from '@longwire/runtime';

const LIMITS = {
  connect: { ratePerSec: 50, burst: 200 },
  push: { ratePerSec: 5, burst: 20 },
  burst: { ratePerSec: 0.5, burst: 3 },
  /** Right or wrong: a guess costs as much as a typo, and nobody signs in ten times in a row. */
  signIn: { ratePerSec: 1 / 6, burst: 10 },
  look: { ratePerSec: 20, burst: 60 },
} as const;

export type LimitedAction = keyof typeof LIMITS;

export interface CallerLimits {
  /** Throws `rate-limited` when this address does that too often. */
  take(action: LimitedAction, address: string): void;
}

/** What one address may ask of this backend. A real one would limit by its own users. */
export function createCallerLimits(clock: Clock): CallerLimits {
  const limiter = (action: LimitedAction) => createRateLimiter({ ...LIMITS[action], maxKeys: 10_000, clock });
  const limiters = {
    connect: limiter('connect'),
    push: limiter('push'),
    burst: limiter('burst'),
    signIn: limiter('signIn'),
    look: limiter('look'),
  };
  return {
    take(action, address) {
      const outcome = limiters[action].take(address);
      if (outcome.ok) return;
      throw new AppError('rate-limited', 'Not so fast', { retryAfterMs: outcome.retryAfterMs });
    },
  };
}
