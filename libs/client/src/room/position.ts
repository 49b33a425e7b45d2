import type { Position } from '../message.ts';

/** Anything with a place in a room's order. */
export interface Placed extends Position {
  readonly sizeBytes: number;
}

/** True when `a` comes later in the room than `b`: a higher epoch, or the same and a higher `seq`. */
export function isAfter(a: Position, b: Position): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq);
}

/** A place that the rules can count with; a server that breaks its word sends others. */
export function isPosition({ epoch, seq }: Position): boolean {
  return [epoch, seq].every((value) => Number.isSafeInteger(value) && value > 0);
}
