const DELAYS_MS = [1000, 2000, 4000, 8000, 15_000] as const;
const LAST_DELAY_MS = 15_000;

/** How long to wait for the ack of the given attempt (1 is the first) before the next: 1, 2, 4, 8, 15, 15, ... s. */
export function retryDelayMs(attempts: number): number {
  return DELAYS_MS[Math.max(0, attempts - 1)] ?? LAST_DELAY_MS;
}
