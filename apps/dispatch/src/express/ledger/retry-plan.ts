/** When a message is sent again. */
export interface RetryPlan {
  /** Between the first attempt and the second, and so on; the last one is used from there on. At least one. */
  readonly spacingMs: readonly number[];
  /** Most rounds of one message; 0: until it is acked or its ttl ends. Who arrives gets it all the same. */
  readonly maxRounds: number;
}

/** Who was not there in many rounds is announced when they come; the rounds only make up for a lost announcement. */
const ABSENT_MS = 60_000;

/** The wait after the given round (1 is the first); undefined when there is no further one. */
export function waitAfterRound(
  plan: RetryPlan,
  { rounds, isAbsent }: { readonly rounds: number; readonly isAbsent: boolean },
): number | undefined {
  if (plan.maxRounds > 0 && rounds >= plan.maxRounds) return undefined;
  const { spacingMs } = plan;
  const lastMs = spacingMs.at(-1) ?? ABSENT_MS;
  const spacing = spacingMs[rounds - 1] ?? lastMs;
  return isAbsent && rounds > spacingMs.length ? Math.max(spacing, ABSENT_MS) : spacing;
}
