import type { Clock } from '@longwire/domain';

/** A step that did not end in time. The step itself goes on: nothing can end it from outside. */
export class DeadlineError extends Error {
  constructor(what: string, deadlineMs: number) {
    super(`${what} did not end within ${Math.round(deadlineMs)} ms`);
    this.name = 'DeadlineError';
  }
}

export interface Deadline {
  readonly what: string;
  readonly deadlineMs: number;
  readonly clock: Clock;
}

/** Settles as `work` does, or rejects with {@link DeadlineError} when it takes longer. Leaves no timer behind. */
export async function withDeadline<T>(work: Promise<T>, { what, deadlineMs, clock }: Deadline): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = clock.after(deadlineMs, () => late.reject(new DeadlineError(what, deadlineMs)));
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    timer.cancel();
  }
}
