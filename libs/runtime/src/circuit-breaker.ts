import type { Clock } from '@longwire/domain';

/** `closed` lets every call through, `open` none, `half-open` one at a time: its outcome decides. */
export type BreakerState = 'closed' | 'open' | 'half-open';

export interface CircuitBreakerOptions {
  readonly clock: Clock;
  /** So many failures in a row open it. */
  readonly failures: number;
  /** How long it stays open before one call may try again. A trial that fails opens it for as long again. */
  readonly openMs: number;
  readonly onChange?: (state: BreakerState) => void;
}

/**
 * Keeps calls away from a neighbour that is sick: instead of waiting for one time-out after the other, callers hear at
 * once that it does not answer, and the neighbour gets room to recover. Costs no timer.
 */
export interface CircuitBreaker {
  readonly state: BreakerState;
  /** May a call be made now? True in `half-open` takes the one trial: say {@link succeed} or {@link fail} afterwards. */
  allow(): boolean;
  /** The neighbour has answered, be it with a refusal, or has said by other means that it is well. Closes it. */
  succeed(): void;
  /** The neighbour did not answer. */
  fail(): void;
}

export function createCircuitBreaker({ clock, failures, openMs, onChange }: CircuitBreakerOptions): CircuitBreaker {
  let state: BreakerState = 'closed';
  let inARow = 0;
  let isTrying = false;
  /** End of being open; in half-open, when a trial that nobody spoke of again is given up. */
  let untilMs = 0;

  const become = (next: BreakerState): void => {
    isTrying = false;
    if (state === next) return;
    state = next;
    onChange?.(next);
  };
  const open = (): void => {
    untilMs = clock.monotonic() + openMs;
    become('open');
  };

  return {
    get state() {
      return state;
    },
    allow() {
      if (state === 'closed') return true;
      const nowMs = clock.monotonic();
      if (nowMs < untilMs && (state === 'open' || isTrying)) return false;
      become('half-open');
      isTrying = true;
      untilMs = nowMs + openMs;
      return true;
    },
    succeed() {
      inARow = 0;
      become('closed');
    },
    fail() {
      inARow += 1;
      // What was under way when it opened adds nothing: only the trial puts the next one off.
      if (state === 'half-open' || (state === 'closed' && inARow >= failures)) open();
    },
  };
}
