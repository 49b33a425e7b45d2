import { AppError } from '@longwire/domain';
import { LongwireError } from './longwire-api.ts';

/** Waits for a call of Longwire and turns its refusal into one the browser can read: busy, away, or our own fault. */
export async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (cause) {
    throw toBrowser(cause);
  }
}

function toBrowser(cause: unknown): unknown {
  if (!(cause instanceof LongwireError)) return cause;
  const { retryAfterMs } = cause;
  if (cause.status === 429) return new AppError('rate-limited', 'Longwire is busy', { retryAfterMs, cause });
  if (cause.isRetryable) {
    return new AppError('peer-unavailable', 'Longwire does not answer at the moment', { retryAfterMs, cause });
  }
  if (cause.status === 400) return new AppError('invalid-request', 'Longwire does not understand that', { cause });
  if (cause.status === 404) return new AppError('unknown-message', 'Longwire does not know this message', { cause });
  return new AppError('internal', cause.message, { cause });
}
