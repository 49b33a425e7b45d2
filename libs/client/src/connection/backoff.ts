const MAX_BACKOFF_MS = 30_000;
const FIRST_BACKOFF_MS = 1_000;
/** After "too many connects" (4010) and "node full" (4011) a quick return would only be refused again. */
const BUSY_MS = 5_000;

/** A random time within the whole span, so that thousands cut at one moment do not return at one moment. */
export function backoffMs(failures: number, random: () => number): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** failures) * random();
}

/** The least wait after a close with this code. */
export function leastWaitMs(code: number): number {
  return code === 4010 || code === 4011 ? BUSY_MS : 0;
}

/**
 * Whether to come back after a close with this code: not after 4500 to 4999, and after all else, a cut line included. Goes
 * by range, so that it also holds for codes newer than this client.
 */
export function invitesReturn(code: number): boolean {
  return !(code >= 4500 && code <= 4999);
}

/** The node says that it is not the one to come back to: 4000 to 4002 (drain, shutdown, eject) and 4011. */
export function sendsElsewhere(code: number): boolean {
  return (code >= 4000 && code <= 4002) || code === 4011;
}
