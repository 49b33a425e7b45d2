import type { Clock, RoomId } from '@longwire/domain';
import type { MessageClass } from '../aggregate/message-class.ts';

export interface RoomRatesOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** A room could not be measured: there are {@link MAX_RATED_ROOMS} already. */
  readonly onUnrated: () => void;
}

/** How busy one room has been over the last seconds. */
export interface RoomRate {
  readonly messagesPerSec: number;
  readonly batchesPerSec: number;
  /** Messages left out, by class: a count. */
  readonly shed: ReadonlyMap<MessageClass, number>;
}

/**
 * Rooms measured in one span. A busy room has a batch in every window, so it is among the first of a span: it can only be
 * missed when so many rooms have a batch within one window.
 */
export const MAX_RATED_ROOMS = 20_000;
/** Rates are taken over this time. */
const SPAN_MS = 5000;
const SPAN_SECONDS = SPAN_MS / 1000;
/** Slower rooms are on no list. */
const LEAST_RATE = 0.05;

interface Tally {
  messages: number;
  batches: number;
  shed: Map<MessageClass, number> | undefined;
}

const NONE: ReadonlyMap<MessageClass, number> = new Map();

/** Measures the rooms of all partitions of a process: one look into a map per batch, never per message. */
export class RoomRates {
  readonly #options: RoomRatesOptions;
  #present = new Map<RoomId, Tally>();
  #before = new Map<RoomId, Tally>();
  #startedAtMs: number;

  constructor(options: RoomRatesOptions) {
    this.#options = options;
    this.#startedAtMs = options.clock.monotonic();
  }

  /** Rooms measured in the present span. */
  get rooms(): number {
    return this.#present.size;
  }

  noteBatch(roomId: RoomId, messages: number): void {
    const tally = this.#tallyOf(roomId);
    if (tally === undefined) return;
    tally.messages += messages;
    tally.batches += 1;
  }

  noteShed(roomId: RoomId, kind: MessageClass): void {
    const tally = this.#tallyOf(roomId);
    if (tally === undefined) return;
    tally.shed ??= new Map();
    tally.shed.set(kind, (tally.shed.get(kind) ?? 0) + 1);
  }

  of(roomId: RoomId): RoomRate {
    const share = this.#turn();
    const [present, before] = [this.#present.get(roomId), this.#before.get(roomId)];
    const shed = new Map(before?.shed ?? NONE);
    for (const [kind, count] of present?.shed ?? NONE) shed.set(kind, (shed.get(kind) ?? 0) + count);
    const messagesPerSec = perSecond(present?.messages, before?.messages, share);
    return { messagesPerSec, batchesPerSec: perSecond(present?.batches, before?.batches, share), shed };
  }

  /** The busiest rooms, busiest first, found in one walk. */
  top(limit: number): readonly { readonly roomId: RoomId; readonly messagesPerSec: number }[] {
    const share = this.#turn();
    let best: { roomId: RoomId; messagesPerSec: number }[] = [];
    let least = LEAST_RATE;
    const cut = (): void => {
      best = best.toSorted((one, other) => other.messagesPerSec - one.messagesPerSec).slice(0, limit);
      if (best.length === limit) least = best.at(-1)?.messagesPerSec ?? least;
    };
    const offer = (roomId: RoomId, messagesPerSec: number): void => {
      if (messagesPerSec < least) return;
      best.push({ roomId, messagesPerSec });
      if (best.length >= 4 * limit) cut();
    };
    for (const [roomId, { messages }] of this.#present) {
      offer(roomId, perSecond(messages, this.#before.get(roomId)?.messages, share));
    }
    for (const [roomId, { messages }] of this.#before) {
      if (!this.#present.has(roomId)) offer(roomId, perSecond(0, messages, share));
    }
    cut();
    return best;
  }

  #tallyOf(roomId: RoomId): Tally | undefined {
    this.#turn();
    let tally = this.#present.get(roomId);
    if (tally !== undefined) return tally;
    if (this.#present.size >= MAX_RATED_ROOMS) {
      this.#options.onUnrated();
      return undefined;
    }
    tally = { messages: 0, batches: 0, shed: undefined };
    this.#present.set(roomId, tally);
    return tally;
  }

  /** Begins a new span when it is time; returns the share of the span before that still counts. */
  #turn(): number {
    const nowMs = this.#options.clock.monotonic();
    const spans = Math.floor((nowMs - this.#startedAtMs) / SPAN_MS);
    if (spans > 0) {
      this.#before = spans === 1 ? this.#present : new Map();
      this.#present = new Map();
      this.#startedAtMs += spans * SPAN_MS;
    }
    return 1 - (nowMs - this.#startedAtMs) / SPAN_MS;
  }
}

/** Counts of the present span, and of the share of the one before that is still within the time. */
function perSecond(present = 0, before = 0, share = 0): number {
  return (present + before * share) / SPAN_SECONDS;
}
