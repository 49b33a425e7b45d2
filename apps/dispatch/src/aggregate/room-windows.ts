import type { Clock, RoomId, Timer } from '@longwire/domain';
import type { ByteBudget } from './byte-budget.ts';
import { decideFlush, isNextBatch } from './flush-policy.ts';
import type { FlushLimits, FlushReason } from './flush-policy.ts';
import { frameBytesOf } from './frame-run.ts';
import { canTakeField, RoomField } from './room-field.ts';
import { RoomWindow } from './room-window.ts';
import type { SealedBatch } from './room-window.ts';
import { admit } from './shed-policy.ts';
import type { QueueLimits } from './shed-policy.ts';
import type { RoomPositions } from '../partition/room-positions.ts';
import type { RoomTraces } from '../trace/room-traces.ts';
import type { TurnQueue } from './turn-queue.ts';

export interface RoomWindowsOptions {
  /** Says which seq each message gets. */
  readonly positions: RoomPositions;
  readonly flushLimits: FlushLimits;
  readonly queueLimits: QueueLimits;
  readonly budget: ByteBudget;
  readonly clock: Clock;
  readonly turns: TurnQueue;
  /** Called for each batch, in order per room, outside of `offer`. */
  readonly forward: (batch: SealedBatch) => void;
  /** Told of batches with traced messages. */
  readonly traces?: Pick<RoomTraces, 'flushed'>;
}

/** A message that was checked by the service: `payload` is the text of a JSON object without `lw`; it is copied. */
export interface RoomOffer {
  readonly roomId: RoomId;
  readonly payload: Uint8Array;
  readonly acceptedAtMs: number;
  /** Of its message id; empty when its caller cannot push it again. */
  readonly idKey: string;
  /** Its id, when it is traced. */
  readonly tracedId?: string | undefined;
}

export type OfferOutcome = 'taken' | 'room-full' | 'process-full' | 'malformed' | 'closed';

interface HotRoom {
  readonly window: RoomWindow;
  /** Of the epoch that its messages get now. */
  field: RoomField;
  timer: Timer | undefined;
  isLeading: boolean;
}

/**
 * The rooms of one partition: gives each taken message its room's next position and gathers it into the room's window.
 * A refused message takes no seq. Only while a room is busy, until one window passed without a message, it has a window,
 * a buffer and a timer.
 */
export class RoomWindows {
  readonly #options: RoomWindowsOptions;
  readonly #hot = new Map<RoomId, HotRoom>();
  #isClosed = false;

  constructor(options: RoomWindowsOptions) {
    this.#options = options;
  }

  get hotRooms(): number {
    return this.#hot.size;
  }

  offer(offer: RoomOffer): OfferOutcome {
    if (this.#isClosed) return 'closed';
    const { roomId, payload, idKey, acceptedAtMs, tracedId } = offer;
    const { positions, queueLimits, budget, clock } = this.#options;
    if (!canTakeField(payload)) return 'malformed';
    const { epoch, seq } = positions.next(roomId);
    const hot = this.#hot.get(roomId);
    const field = hot?.field.epoch === epoch ? hot.field : new RoomField(roomId, epoch);
    const frameBytes = frameBytesOf({ payload, seq, field });
    const roomBytes = hot?.window.waitingBytes ?? 0;
    const admission = admit(queueLimits, { roomBytes, processBytes: budget.heldBytes, frameBytes });
    if (admission !== 'take') return admission;
    const room = hot ?? this.#warm(roomId, field);
    room.field = field;
    if (isNextBatch(this.#options.flushLimits, room.window.openBytes, frameBytes)) this.#seal(room, 'bytes');
    if (room.window.messages > 0 && room.window.epoch !== epoch) this.#seal(room, 'epoch');
    budget.take(frameBytes);
    positions.take(roomId, { epoch, seq });
    room.window.add({ payload, seq, field, idKey, acceptedAtMs, takenAtMs: clock.monotonic(), tracedId });
    this.#decide(room);
    return 'taken';
  }

  /** Seals every window; what was taken is then on its way through the turn queue. */
  flushAll(): void {
    for (const room of this.#hot.values()) this.#seal(room, 'handover');
  }

  /** Stops at once. Returns how many messages were still in open windows: they are gone. */
  close(): number {
    this.#isClosed = true;
    let dropped = 0;
    for (const room of this.#hot.values()) {
      room.timer?.cancel();
      dropped += room.window.messages;
      this.#options.budget.giveBack(room.window.openBytes);
      room.window.close();
    }
    this.#hot.clear();
    return dropped;
  }

  #warm(roomId: RoomId, field: RoomField): HotRoom {
    const room: HotRoom = {
      window: new RoomWindow(roomId, this.#options.budget),
      field,
      timer: undefined,
      isLeading: false,
    };
    this.#hot.set(roomId, room);
    return room;
  }

  #decide(room: HotRoom): void {
    const { window } = room;
    const { clock, flushLimits } = this.#options;
    const msSinceFlush = window.flushedAtMs === undefined ? undefined : clock.monotonic() - window.flushedAtMs;
    const { messages, openBytes } = window;
    const decision = decideFlush(flushLimits, { messages, sizeBytes: openBytes, msSinceFlush });
    if (decision.when === 'now') this.#seal(room, decision.reason);
    else if (decision.when === 'turn-end') this.#lead(room, decision.reason);
    else room.timer ??= clock.after(decision.delayMs, () => this.#onTimer(room));
  }

  #lead(room: HotRoom, reason: FlushReason): void {
    if (room.isLeading) return;
    room.isLeading = true;
    this.#options.turns.enqueue(() => {
      // Full in the same turn: that batch has left by itself, and the rest waits for the window.
      if (room.isLeading && !this.#isClosed) this.#seal(room, reason);
    });
  }

  /** Ends the window; the batch takes its place behind all that was sealed before it. */
  #seal(room: HotRoom, reason: FlushReason): void {
    const { clock, flushLimits, turns } = this.#options;
    room.isLeading = false;
    room.timer?.cancel();
    room.timer = clock.after(flushLimits.windowMs, () => this.#onTimer(room));
    const batch = room.window.seal(reason, clock.monotonic());
    if (batch === undefined) return;
    if (batch.tracedIds !== undefined) this.#options.traces?.flushed(batch);
    turns.enqueue(() => this.#leave(room, batch));
  }

  #leave(room: HotRoom, batch: SealedBatch): void {
    room.window.sealedBytes -= batch.frames.length;
    this.#options.budget.giveBack(batch.frames.length);
    this.#options.forward(batch);
  }

  #onTimer(room: HotRoom): void {
    room.timer = undefined;
    if (room.window.waitingBytes > 0) {
      this.#seal(room, 'time');
      return;
    }
    room.window.close();
    this.#hot.delete(room.window.roomId);
  }
}
