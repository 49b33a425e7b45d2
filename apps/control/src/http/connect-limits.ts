import { AppError } from '@longwire/domain';
import type { Clock } from '@longwire/domain';
import { createRateLimiter, StormGate } from '@longwire/runtime';
import type { RateLimiter } from '@longwire/runtime';

/** Bursts may be as large as what comes in this time at the steady rate. */
const BURST_SECONDS = 2;

/** What /v1/connect is limited by, as metrics name it. */
export type ConnectLimit = 'all' | 'address' | 'key';

/**
 * Rate limits of /v1/connect. All throw AppError `rate-limited` with the time to wait, which is another for each caller:
 * a herd that was told one time would come back as a herd.
 */
export interface ConnectLimits {
  /** Before anything else is done for the caller: what this process does a second, and its address. */
  takeForAddress(address: string): void;
  takeForKey(keyId: string): void;
}

export interface ConnectLimitsOptions {
  readonly clock: Clock;
  /** Connects a second; 0 is no limit. */
  readonly addressRate: number;
  readonly keyRate: number;
  /** Of all callers together. */
  readonly totalRate: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Told of each refusal. */
  readonly onLimited: (limit: ConnectLimit) => void;
}

const MESSAGES: Readonly<Record<ConnectLimit, string>> = {
  all: 'Too many connects at once',
  address: 'Too many connects from this address',
  key: 'Too many connects with this API key',
};

export function createConnectLimits(options: ConnectLimitsOptions): ConnectLimits {
  const { clock, addressRate, keyRate, totalRate, random, onLimited } = options;
  const limiter = (ratePerSec: number, maxKeys: number): RateLimiter =>
    createRateLimiter({ ratePerSec, burst: ratePerSec * BURST_SECONDS, maxKeys, clock });
  const addresses = limiter(addressRate, 100_000);
  const keys = limiter(keyRate, 10_000);
  const storm = new StormGate({ ratePerSec: totalRate, burst: totalRate * BURST_SECONDS, clock, random });
  const refuse = (limit: ConnectLimit, retryAfterMs: number): never => {
    onLimited(limit);
    throw new AppError('rate-limited', MESSAGES[limit], { retryAfterMs });
  };
  const take = (from: RateLimiter, key: string, limit: 'address' | 'key'): void => {
    const outcome = from.take(key);
    if (!outcome.ok) refuse(limit, storm.spread(outcome.retryAfterMs));
  };
  return {
    takeForAddress(address) {
      // First, so that one address that asks too often takes nothing from the others.
      take(addresses, address, 'address');
      const retryAfterMs = storm.take();
      if (retryAfterMs !== null) refuse('all', retryAfterMs);
    },
    takeForKey: (keyId) => take(keys, keyId, 'key'),
  };
}
