import type { PushesByTarget } from './pushes-by-target.ts';
import type { VerdictBuilder } from './verdict.ts';

/** By what a history is judged. */
export interface Rules {
  /** A client in for less than this within a message's life need not have got it. */
  readonly settleMs: number;
  /** A delivery this much later than it could first have happened is late. */
  readonly lateMs: number;
  /** The end of the history; what was accepted later than `settleMs` before it is not owed to rooms. */
  readonly endedAtMs: number;
  /** False when bulk may be sampled: missing room messages are then no loss. */
  readonly areRoomsOwed: boolean;
  /** True when owners of rooms were killed: what such a one had accepted and not yet numbered is at most once. */
  readonly mayOwnersDie: boolean;
}

/** What the checks of one client work with. */
export interface Evidence {
  readonly pushes: PushesByTarget;
  /** By push: when this client's application first had it; NaN when never. */
  readonly firstSeen: Float32Array;
  readonly rules: Rules;
  readonly verdict: VerdictBuilder;
}
