import { AppError } from '@longwire/domain';
import type { Bus, Clock, Topic } from '@longwire/domain';

const RETRY_EVERY_MS = 50;
const ANSWER_WITHIN_MS = 2000;

export interface RetryingBus {
  readonly bus: Bus;
  readonly clock: Clock;
  /** How long to wait for somebody to listen: the time a partition may take to move. */
  readonly noResponderMs: number;
  readonly onRetry: () => void;
}

export interface BusRequest<Answer> {
  readonly topic: Topic;
  readonly payload: Uint8Array;
  /** Reads the answer; undefined when it says that the request went to the wrong process and nothing of it was taken. */
  readonly read: (answer: Uint8Array) => Answer | undefined;
}

/**
 * Asks on the bus and returns the answer. While surely nobody has taken the request it is tried again; once somebody may
 * have, it is not, so that nothing is sent twice. Rejects with `dispatch-unavailable` or `bus-unavailable`.
 */
export async function requestWithRetry<Answer>(line: RetryingBus, request: BusRequest<Answer>): Promise<Answer> {
  const giveUpAt = line.clock.monotonic() + line.noResponderMs;
  for (;;) {
    const outcome = await line.bus.request(request.topic, request.payload, ANSWER_WITHIN_MS);
    const answer = outcome.ok ? request.read(outcome.payload) : undefined;
    if (answer !== undefined) return answer;
    const failure = outcome.ok ? 'no-responder' : outcome.failure;
    if (failure === 'timeout') {
      throw new AppError('dispatch-unavailable', 'Dispatch did not answer; the message may or may not have been sent', {
        retryAfterMs: 1000,
      });
    }
    if (line.clock.monotonic() >= giveUpAt) throw notTaken(failure);
    line.onRetry();
    await new Promise<void>((resolve) => line.clock.after(RETRY_EVERY_MS, resolve));
  }
}

function notTaken(failure: 'no-responder' | 'unavailable'): AppError {
  const options = { retryAfterMs: 1000 };
  return failure === 'no-responder'
    ? new AppError('dispatch-unavailable', 'No dispatch process took the message; it was not sent', options)
    : new AppError('bus-unavailable', 'The message bus cannot be reached; the message was not sent', options);
}
