/** How a node is emptied: in how many rounds, how far apart, and how long each client has after its hint. */
export interface DrainPlan {
  readonly rounds: number;
  readonly roundMs: number;
  /** From a connection's hint to its close, if it is still there by then. */
  readonly closeAfterMs: number;
}

/** The pace when there is no hurry. */
export interface DrainPace {
  /** Of the connections at the beginning, so many in a hundred are hinted each second. */
  readonly percentPerSec: number;
  /** From a connection's hint to its close: enough for a client to have opened its next connection. */
  readonly closeAfterMs: number;
}

const ROUND_MS = 1000;
/** Of a short deadline: this much for the hints, this much until the last close, and a rest for the goodbyes. */
const HINTS_OF_DEADLINE = 0.5;
const CLOSE_OF_DEADLINE = 0.35;

/** At the pace, or as fast as `deadlineMs` asks for; null is no hurry. */
export function planDrain(deadlineMs: number | null, { percentPerSec, closeAfterMs }: DrainPace): DrainPlan {
  const rounds = Math.ceil(100 / percentPerSec);
  if (deadlineMs === null) return { rounds, roundMs: ROUND_MS, closeAfterMs };
  return {
    rounds,
    roundMs: Math.min(ROUND_MS, (deadlineMs * HINTS_OF_DEADLINE) / rounds),
    closeAfterMs: Math.min(closeAfterMs, deadlineMs * CLOSE_OF_DEADLINE),
  };
}

/** Connections to hint in each round, at least one. */
export function roundSize(connections: number, { rounds }: DrainPlan): number {
  return Math.max(1, Math.ceil(connections / rounds));
}
