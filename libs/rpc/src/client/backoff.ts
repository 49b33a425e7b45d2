const FIRST_MS = 100;
const MOST_MS = 1_000;

/**
 * How long to wait before the next try: half of it random, doubling from 100 ms to 1 s. With several addresses it
 * doubles once per round over them, so that the next address is soon tried.
 */
export function backoffMs(failures: number, addresses: number, random: () => number): number {
  const round = Math.floor(failures / Math.max(1, addresses));
  const ceilingMs = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(round, 10));
  return ceilingMs * (0.5 + random() / 2);
}
