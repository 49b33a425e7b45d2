import { CLOSE_CODES, closeNameOf, invitesReconnect } from '@longwire/wire';

/** How a connection ended, by its close code. */
export interface ConnectionEnd {
  readonly code: number;
  readonly reason: string;
  /** Set when the server asked for the reconnect (op 24) and said when. */
  readonly hintAfterMs?: number;
}

export type NextStep =
  { readonly kind: 'stop'; readonly reason: string } | { readonly kind: 'again'; readonly delayMs: number };

const MAX_BACKOFF_MS = 30_000;
const FIRST_BACKOFF_MS = 1_000;
/** After "too many connects" and "node full" a quick return would only be refused again. */
const BUSY_CODES: readonly number[] = [CLOSE_CODES.connectRateLimited.code, CLOSE_CODES.overloaded.code];
const BUSY_MS = 5_000;

/** A random time within the whole span, so that thousands cut at one moment do not return at one moment. */
export function fullJitterMs(failures: number, random: () => number = Math.random): number {
  return Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.min(failures, 10)) * random();
}

/** Whether and when to connect again: never after 4500-4999, when the hint says after op 24, else with backoff. */
export function stepAfter(end: ConnectionEnd, failures: number, random: () => number = Math.random): NextStep {
  if (!invitesReconnect(end.code)) return { kind: 'stop', reason: describeEnd(end) };
  if (end.hintAfterMs !== undefined) return { kind: 'again', delayMs: end.hintAfterMs };
  const leastMs = BUSY_CODES.includes(end.code) ? BUSY_MS : 0;
  return { kind: 'again', delayMs: leastMs + fullJitterMs(failures, random) };
}

/** What to tell a person: the server's words, else the sentence of the code. */
export function describeEnd({ code, reason }: ConnectionEnd): string {
  const name = closeNameOf(code);
  const sentence = name === undefined ? '' : CLOSE_CODES[name].sentence;
  const isName = reason === '' || reason === name;
  return isName ? sentence || `The connection was lost (${code}).` : reason;
}
