import { AppError } from '@longwire/domain';

/** Error replies that tell of the server's state and may be gone at the next try; all others are faults of this program. */
const PASSING_REPLIES =
  /^(BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|OOM|READONLY|TRYAGAIN|NOAUTH|WRONGPASS)\b/;

/** What a failed command means to the caller: `store-unavailable`, or `internal` when Redis refused what was sent. */
export function toStoreError(cause: unknown): AppError {
  const isReply = cause instanceof Error && cause.name === 'ReplyError';
  if (isReply && !PASSING_REPLIES.test(cause.message)) {
    return new AppError('internal', 'Something broke on our side', { cause });
  }
  return new AppError('store-unavailable', 'The store does not answer', { cause });
}
