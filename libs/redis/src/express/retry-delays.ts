/** Attempts that get a delay of their own; all later ones wait as long as the last of these. */
const DISTINCT_ATTEMPTS = 16;

/** The delays after attempt 1, 2, ... as a script takes them, since a function cannot be sent. */
export function retryDelays(retryDelayMs: (attempts: number) => number): readonly number[] {
  return Array.from({ length: DISTINCT_ATTEMPTS }, (_, index) => Math.max(1, Math.round(retryDelayMs(index + 1))));
}
