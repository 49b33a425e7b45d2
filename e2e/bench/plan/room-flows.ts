import { KIB } from '../core/units.ts';
import { noFlows, ratioAt } from './unit-costs.ts';
import type { Flows, PlanForm, UnitCosts } from './unit-costs.ts';

/** Frame header of a message and WebSocket header of a batch are in the measured ratios; nothing is added here. */

export interface RoomLoad {
  readonly viewers: number;
  readonly messagesPerSec: number;
}

export interface WindowSettings {
  readonly windowMs: number;
  readonly maxMessages: number;
}

/** Service's own. */
const DEFAULT_GATHER_MS = 20;
const STALL_GAPS = 3;

/** Dispatch's own. */
export const DEFAULT_WINDOW: WindowSettings = { windowMs: 200, maxMessages: 200 };

/**
 * Batches a second of a room whose messages come at random: a batch leaves, one window passes, and when nothing came in
 * it (probability e^-rW) the room waits for its next message, 1/r on average. Full windows leave early.
 */
export function batchRate(messagesPerSec: number, { windowMs, maxMessages }: WindowSettings): number {
  if (messagesPerSec <= 0) return 0;
  const windowSec = windowMs / 1000;
  const cycleSec = windowSec + Math.exp(-messagesPerSec * windowSec) / messagesPerSec;
  return Math.max(1 / cycleSec, messagesPerSec / maxMessages);
}

/**
 * Requests a second in which service hands a room's messages over: each by itself, until they come so close that they
 * gather, for `gatherMs` from the first on (service's `LONGWIRE_SERVICE_GATHER`), or until nothing has come for three mean
 * gaps. Where messages come at random, with a mean gap g, that is after g (e^3 - 1) on average. Rooms that share a
 * partition may share requests too; left out here, so never too low.
 */
export function handOverRate(messagesPerSec: number, gatherMs = DEFAULT_GATHER_MS): number {
  if (messagesPerSec <= 0) return 0;
  const gapMs = 1000 / messagesPerSec;
  if (gapMs > gatherMs / 2) return messagesPerSec;
  const stallMs = gapMs * (Math.exp(STALL_GAPS) - 1);
  return 1000 / (stallMs * (1 - Math.exp(-gatherMs / stallMs)) + gapMs);
}

/** On how many of `nodes` a room with so many viewers has at least one, when viewers are spread evenly. */
export function nodesReached(viewers: number, nodes: number): number {
  if (nodes <= 0) return 0;
  return nodes * (1 - (1 - 1 / nodes) ** viewers);
}

export interface FlowWish {
  readonly rooms: Iterable<RoomLoad>;
  readonly accessNodes: number;
  readonly form: PlanForm;
  readonly window: WindowSettings;
}

/** What rooms ask of the tiers, per second. */
export function flowsOfRooms(
  { rooms, accessNodes, form, window }: FlowWish,
  costs: Pick<UnitCosts, 'payloadBytes' | 'ratios'>,
): Flows {
  const flows = noFlows();
  const payloadBytes = costs.payloadBytes[form];
  for (const { viewers, messagesPerSec } of rooms) {
    const batches = batchRate(messagesPerSec, window);
    const perBatch = batches === 0 ? 0 : messagesPerSec / batches;
    flows.push += messagesPerSec;
    flows.handOver += handOverRate(messagesPerSec);
    flows.rawKib += (messagesPerSec * payloadBytes) / KIB;
    flows.batch += batches;
    flows.forward += batches * nodesReached(viewers, accessNodes);
    flows.frame += batches * viewers;
    if (perBatch > 0) {
      flows.wireKib += (messagesPerSec * viewers * payloadBytes * ratioAt(costs.ratios[form], perBatch)) / KIB;
    }
    flows.connection += viewers;
  }
  return flows;
}

/** Viewers and messages over rooms after Zipf's law: the room of rank r has a share in proportion to 1 / r^skew. */
export function* zipfRooms(wish: {
  readonly viewers: number;
  readonly messagesPerSec: number;
  readonly rooms: number;
  readonly skew: number;
}): Generator<RoomLoad> {
  let total = 0;
  for (let rank = 1; rank <= wish.rooms; rank += 1) total += rank ** -wish.skew;
  for (let rank = 1; rank <= wish.rooms; rank += 1) {
    const share = rank ** -wish.skew / total;
    yield { viewers: wish.viewers * share, messagesPerSec: wish.messagesPerSec * share };
  }
}
