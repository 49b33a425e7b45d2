import { AppError } from '@longwire/domain';
import type { Clock, Credential, Target } from '@longwire/domain';
import { createRateLimiter } from '@longwire/runtime';
import type { RateLimiter } from '@longwire/runtime';

export interface PushLimitSettings {
  readonly keyRatePerSec: number;
  readonly roomRatePerSec: number;
  readonly maxInFlight: number;
}

export interface PushLimitObserver {
  readonly clock: Clock;
  readonly onRefused: (limit: LimitName) => void;
  readonly onInFlight: (count: number) => void;
}

export type LimitName = 'key-rate' | 'room-rate' | 'in-flight';

// Rooms whose rate is remembered at a time; the limiter forgets the longest idle ones first.
const MAX_TRACKED_ROOMS = 100_000;
const MAX_TRACKED_KEYS = 10_000;

/**
 * What one service process takes: so many pushes a second for each API key and each room, with bursts of two seconds'
 * worth, and so many at once. A refusal is AppError `rate-limited` or `overloaded` with the time to wait.
 */
export class PushLimits {
  readonly #perKey: RateLimiter;
  readonly #perRoom: RateLimiter;
  readonly #maxInFlight: number;
  readonly #observer: PushLimitObserver;
  #inFlight = 0;

  constructor(settings: PushLimitSettings, observer: PushLimitObserver) {
    const { clock } = observer;
    const { keyRatePerSec, roomRatePerSec } = settings;
    this.#perKey = createRateLimiter({
      ratePerSec: keyRatePerSec,
      burst: 2 * keyRatePerSec,
      maxKeys: MAX_TRACKED_KEYS,
      clock,
    });
    this.#perRoom = createRateLimiter({
      ratePerSec: roomRatePerSec,
      burst: 2 * roomRatePerSec,
      maxKeys: MAX_TRACKED_ROOMS,
      clock,
    });
    this.#maxInFlight = settings.maxInFlight;
    this.#observer = observer;
  }

  /** Throws when the credential or the room is over its rate. */
  checkRates(credential: Credential, target: Target): void {
    this.#take(this.#perKey, credential.keyId, 'key-rate');
    if (target.kind === 'room') this.#take(this.#perRoom, target.roomId, 'room-rate');
  }

  /** Runs `work` as one of at most `maxInFlight`. */
  async whileInFlight<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#inFlight >= this.#maxInFlight) {
      this.#observer.onRefused('in-flight');
      throw new AppError('overloaded', 'Too many pushes are under way', { retryAfterMs: 1000 });
    }
    this.#setInFlight(this.#inFlight + 1);
    try {
      return await work();
    } finally {
      this.#setInFlight(this.#inFlight - 1);
    }
  }

  #setInFlight(count: number): void {
    this.#inFlight = count;
    this.#observer.onInFlight(count);
  }

  #take(limiter: RateLimiter, key: string, limit: LimitName): void {
    const outcome = limiter.take(key);
    if (outcome.ok) return;
    this.#observer.onRefused(limit);
    const what = limit === 'room-rate' ? 'this room' : 'this API key';
    throw new AppError('rate-limited', `Too many pushes for ${what}`, { retryAfterMs: outcome.retryAfterMs });
  }
}
