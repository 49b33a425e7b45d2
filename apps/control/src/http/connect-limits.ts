import { AppError } from '@longwire/domain';
import type { Clock } from '@longwire/domain';
import { createRateLimiter } from '@longwire/runtime';
import type { RateLimiter } from '@longwire/runtime';

/** Bursts may be as large as what comes in this time at the steady rate. */
const BURST_SECONDS = 2;

/** Rate limits of /v1/connect. Both throw AppError `rate-limited` with the time to wait. */
export interface ConnectLimits {
  /** Before anything else is done for the caller. */
  takeForAddress(address: string): void;
  takeForKey(keyId: string): void;
}

export interface ConnectLimitsOptions {
  readonly clock: Clock;
  /** Connects a second; 0 is no limit. */
  readonly addressRate: number;
  readonly keyRate: number;
  /** Told of each refusal. */
  readonly onLimited: (limit: 'address' | 'key') => void;
}

export function createConnectLimits({ clock, addressRate, keyRate, onLimited }: ConnectLimitsOptions): ConnectLimits {
  const limiter = (ratePerSec: number, maxKeys: number): RateLimiter =>
    createRateLimiter({ ratePerSec, burst: ratePerSec * BURST_SECONDS, maxKeys, clock });
  const addresses = limiter(addressRate, 100_000);
  const keys = limiter(keyRate, 10_000);
  const take = (from: RateLimiter, key: string, limit: 'address' | 'key'): void => {
    const outcome = from.take(key);
    if (outcome.ok) return;
    onLimited(limit);
    const message = limit === 'address' ? 'Too many connects from this address' : 'Too many connects with this API key';
    throw new AppError('rate-limited', message, { retryAfterMs: outcome.retryAfterMs });
  };
  return {
    takeForAddress: (address) => take(addresses, address, 'address'),
    takeForKey: (keyId) => take(keys, keyId, 'key'),
  };
}
