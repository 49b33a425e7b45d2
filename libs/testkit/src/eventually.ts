export interface EventuallyOptions {
  /**
   * How long to go on trying; default 30,000: far more than a busy machine needs, since it is no bound on what is tested and
   * costs nothing when it comes true. Less only where a contract names a time.
   */
  readonly timeoutMs?: number;
  /** Pause between tries; default 5. */
  readonly everyMs?: number;
  /** Named in the error when it never came true. */
  readonly what?: string;
}

/**
 * Resolves with what `check` returns as soon as it neither throws nor returns false (or a promise of that). Rejects with
 * the last failure as cause when that has not happened in time. The only way a test waits for real time.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false>> {
  const { timeoutMs = 30_000, everyMs = 5, what = 'the condition' } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const outcome = await attempt(check);
    if (outcome.ok) return outcome.value;
    if (performance.now() >= deadline) {
      const reason = outcome.error instanceof Error ? `: ${outcome.error.message}` : '';
      throw new Error(`${what} did not come true within ${timeoutMs} ms${reason}`, { cause: outcome.error });
    }
    await new Promise<void>((resolve) => setTimeout(resolve, everyMs));
  }
}

type Attempt<T> =
  { readonly ok: true; readonly value: Exclude<T, false> } | { readonly ok: false; readonly error: unknown };

async function attempt<T>(check: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await check();
    return value === false ? { ok: false, error: undefined } : { ok: true, value: value as Exclude<T, false> };
  } catch (error) {
    return { ok: false, error };
  }
}
