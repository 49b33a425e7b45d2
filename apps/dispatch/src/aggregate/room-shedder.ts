import type { Clock, RoomId } from '@longwire/domain';
import type { MessageClass } from './message-class.ts';

export interface RoomShedderOptions {
  readonly clock: Clock;
  /** Messages a second of one room that are let through, over 5 s; 0 is no limit. */
  readonly ratePerSec: number;
  readonly classOf: (payload: Uint8Array) => MessageClass;
}

/** A message that is about to be numbered. */
export interface SheddableMessage {
  readonly messageId: string;
  readonly roomId: RoomId;
  readonly payload: Uint8Array;
}

/** Rates are taken over this time: a burst of as much as may come in it passes whole. */
const SPAN_MS = 5000;

type Counts = Record<MessageClass, number>;

/** What was offered in the present span and in the one before. */
interface Meter {
  startedAtMs: number;
  present: Counts;
  before: Counts;
}

/**
 * Samples, by rule, the messages of rooms that are pushed beyond what a room may get. What is to be kept stays; of the rest
 * as many pass as still fit, the `low` ones only when all others do. Which ones is up to a hash of the message id, so that
 * a repeat is judged alike. A message that is shed was never numbered: viewers see no gap. Memory: one meter per room
 * that had a message within the last 10 s.
 */
export class RoomShedder {
  readonly #options: RoomShedderOptions;
  readonly #meters = new Map<RoomId, Meter>();
  readonly #budget: number;

  constructor(options: RoomShedderOptions) {
    this.#options = options;
    this.#budget = (options.ratePerSec * SPAN_MS) / 1000;
  }

  get rooms(): number {
    return this.#meters.size;
  }

  /** Null lets the message through; else the class it is shed as. */
  judge({ messageId, roomId, payload }: SheddableMessage): MessageClass | null {
    if (this.#budget === 0) return null;
    const nowMs = this.#options.clock.monotonic();
    const meter = this.#meterOf(roomId, nowMs);
    const { present, before } = meter;
    const remains = 1 - (nowMs - meter.startedAtMs) / SPAN_MS;
    // Of all classes. Written out: this is asked of every message, and most rooms are far below their rate.
    const total = present.keep + present.normal + present.low + (before.keep + before.normal + before.low) * remains;
    // Far below the rate the class makes no difference and is not worth reading the payload for.
    const kind = total < this.#budget / 2 ? 'normal' : this.#options.classOf(payload);
    present[kind] += 1;
    if (total + 1 <= this.#budget || kind === 'keep') return null;
    const offered = (of: MessageClass): number => present[of] + before[of] * remains;
    const left = this.#budget - offered('keep') - (kind === 'low' ? offered('normal') : 0);
    return left > 0 && shareOf(messageId) < left / offered(kind) ? null : kind;
  }

  /** Forgets rooms that have gone quiet; to be called every second or so. */
  sweep(): void {
    const oldestMs = this.#options.clock.monotonic() - 2 * SPAN_MS;
    for (const [roomId, { startedAtMs }] of this.#meters) if (startedAtMs <= oldestMs) this.#meters.delete(roomId);
  }

  #meterOf(roomId: RoomId, nowMs: number): Meter {
    let meter = this.#meters.get(roomId);
    if (meter === undefined) {
      meter = { startedAtMs: nowMs, present: noCounts(), before: noCounts() };
      this.#meters.set(roomId, meter);
    }
    const spans = Math.floor((nowMs - meter.startedAtMs) / SPAN_MS);
    if (spans > 0) {
      meter.before = spans === 1 ? meter.present : noCounts();
      meter.present = noCounts();
      meter.startedAtMs += spans * SPAN_MS;
    }
    return meter;
  }
}

function noCounts(): Counts {
  return { keep: 0, normal: 0, low: 0 };
}

/** A number in [0, 1) that depends on the id alone (FNV-1a, its bits mixed once more). */
function shareOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
