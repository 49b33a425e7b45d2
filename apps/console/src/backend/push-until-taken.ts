import type { Clock } from '@longwire/domain';
import { pause } from './event-feed.ts';
import { LongwireError } from './longwire-api.ts';
import type { LongwireApi, PushRequest } from './longwire-api.ts';

export interface PushUntilTakenOptions {
  readonly api: Pick<LongwireApi, 'push'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Barrage that comes later than this is worse than none. */
  readonly giveUpMs: number;
  /** In [0, 1); default Math.random. */
  readonly random?: () => number;
}

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 2_000;

/**
 * Pushes, again and again while the refusal is one that passes (no answer, 429, 503). Safe because the request carries
 * an idempotency key. Rejects with the last refusal: one that does not pass, or the one at hand when time is up.
 */
export async function pushUntilTaken(request: PushRequest, options: PushUntilTakenOptions): Promise<void> {
  const { api, clock, signal, giveUpMs, random = Math.random } = options;
  const deadline = clock.monotonic() + giveUpMs;
  for (let failures = 0; ; failures += 1) {
    try {
      await api.push(request);
      return;
    } catch (error) {
      if (!(error instanceof LongwireError) || !error.isRetryable || signal.aborted) throw error;
      const backoffMs = Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 10)) * (0.5 + random() / 2);
      const waitMs = Math.max(backoffMs, error.retryAfterMs);
      if (clock.monotonic() + waitMs > deadline) throw error;
      await pause(clock, waitMs, signal);
    }
  }
}
