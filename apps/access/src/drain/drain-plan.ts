/** How a node is emptied: in how many rounds, how far apart, and how long each client has after its hint. */
export interface DrainPlan {
  readonly rounds: number;
  readonly roundMs: number;
  /** From a connection's hint to its close, if it is still there by then. */
  readonly closeAfterMs: number;
}

const SHARE_PER_ROUND = 0.1;
const ROUND_MS = 1000;
/** Long enough for a client to have opened its next connection before this one ends. */
const CLOSE_AFTER_MS = 5000;
/** Of a short deadline: this much for the hints, as much again until the last close, and a rest for the goodbyes. */
const HINTS_OF_DEADLINE = 0.5;
const CLOSE_OF_DEADLINE = 0.35;

/** 10% a second, as fast as `deadlineMs` asks for; null is no hurry. */
export function planDrain(deadlineMs: number | null): DrainPlan {
  const rounds = Math.round(1 / SHARE_PER_ROUND);
  if (deadlineMs === null) return { rounds, roundMs: ROUND_MS, closeAfterMs: CLOSE_AFTER_MS };
  return {
    rounds,
    roundMs: Math.min(ROUND_MS, (deadlineMs * HINTS_OF_DEADLINE) / rounds),
    closeAfterMs: Math.min(CLOSE_AFTER_MS, deadlineMs * CLOSE_OF_DEADLINE),
  };
}

/** Connections to hint in each round, at least one. */
export function roundSize(connections: number, { rounds }: DrainPlan): number {
  return Math.max(1, Math.ceil(connections / rounds));
}
