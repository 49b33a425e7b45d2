import type { LogicConfig } from '../config.ts';

/** Rounds of the teller that may fail or be late before that is a break. */
const ROUNDS = 4;
const LEAST_BREAK_MS = 2000;

/** The times a PresenceStore is to be opened with. */
export function presenceTimesOf({ leaveGraceMs, leavesMs }: LogicConfig): {
  readonly leaveGraceMs: number;
  readonly breakMs: number;
} {
  return { leaveGraceMs, breakMs: Math.max(LEAST_BREAK_MS, ROUNDS * leavesMs) };
}
