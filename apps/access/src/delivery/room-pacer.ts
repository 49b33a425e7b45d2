import { emptyTally, fanOutBulk } from '../room/fan-out.ts';
import type { FanOutEnd, FanOutObserver } from '../room/room-fan-out.ts';
import type { Room } from '../room/room.ts';
import type { EncodedBatch } from './encoded-batch.ts';

/** Bytes of batches that may wait to be written to the last member: of one room, where there is more than one, and in all. */
export const MAX_ROOM_BYTES = 256 * 1024;
export const MAX_BYTES = 32 * 1024 * 1024;

/** Who is told of a batch: it is written, or it is shed because too much waits. */
export interface BatchObserver extends FanOutObserver {
  /** It will not be written to any of so many listeners. */
  onShed(listeners: number): void;
}

export interface RoomPacerOptions {
  /** Rooms are written to so many times in one turn of the event loop. */
  readonly membersPerTurn: number;
  /** Called once per batch that had to wait, when it is written. */
  readonly onPaced: (end: FanOutEnd) => void;
  /** Runs a task in a later turn of the event loop, after what has come in by then; default setImmediate. */
  readonly defer?: (task: () => void) => void;
}

/**
 * Writes room batches: at once while a turn of the event loop has place for the whole room, else so many members a turn, so
 * that express messages and other clients wait for one turn, and not for all that one read of the bus has brought. Rooms
 * take turns; what comes for one meanwhile goes out together, see {@link RoomFanOut}. So a member waits until each member
 * of the node has been written to twice, at most, and what waits is bounded in bytes: a batch beyond is shed, for clients
 * to ask for. Guarded by the benches `barrage` and `heavy`.
 */
export class RoomPacer {
  readonly #options: RoomPacerOptions;
  /** In the order of their turns, with the bytes of what waits for each. */
  readonly #underWay = new Map<Room, number>();
  #sizeBytes = 0;
  /** Members that may still be written to at once in this turn. */
  #left: number;
  #isScheduled = false;

  constructor(options: RoomPacerOptions) {
    this.#options = options;
    this.#left = options.membersPerTurn;
  }

  /** Rooms that have a batch under way. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Of batches that are not written to the last member yet. */
  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Writes a batch to the listeners of the room, after all that came for it before. Starts at once when nothing waits. */
  fanOut(room: Room, batch: EncodedBatch, observer: BatchObserver): void {
    if (room.fanOut === null && room.members.length <= this.#left) {
      this.#left -= room.members.length;
      writeAtOnce(room, batch, observer);
    } else if (this.#hasPlaceFor(room, batch.sizeBytes)) {
      this.#begin(room, batch, observer);
    } else {
      observer.onShed(room.listeners.length);
    }
    this.#schedule();
  }

  #hasPlaceFor(room: Room, sizeBytes: number): boolean {
    const waiting = this.#underWay.get(room);
    const isWithin = waiting === undefined || waiting + sizeBytes <= MAX_ROOM_BYTES;
    return isWithin && this.#sizeBytes + sizeBytes <= MAX_BYTES;
  }

  #begin(room: Room, batch: EncodedBatch, observer: BatchObserver): void {
    const { sizeBytes } = batch;
    const isFirst = this.#underWay.size === 0;
    this.#add(room, sizeBytes);
    room.begin(batch, {
      onBegun: () => observer.onBegun(),
      onWritten: (tally, end) => {
        this.#add(room, -sizeBytes);
        if (room.fanOut === null) this.#underWay.delete(room);
        this.#options.onPaced(end);
        observer.onWritten(tally, end);
      },
    });
    if (isFirst) this.#left -= room.fanOut?.advance(this.#left) ?? 0;
  }

  #add(room: Room, sizeBytes: number): void {
    this.#underWay.set(room, (this.#underWay.get(room) ?? 0) + sizeBytes);
    this.#sizeBytes += sizeBytes;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const { defer = setImmediate } = this.#options;
    defer(() => this.#turn());
  }

  /** Some members of the room whose turn it is, which then goes behind the others; of the next ones, as far as that goes. */
  #turn(): void {
    const { membersPerTurn } = this.#options;
    this.#isScheduled = false;
    this.#left = membersPerTurn;
    let left = membersPerTurn;
    while (left > 0) {
      const [room] = this.#underWay.keys();
      if (room === undefined) return;
      left -= room.fanOut?.advance(left) ?? 0;
      const waiting = this.#underWay.get(room);
      if (waiting === undefined) continue;
      this.#underWay.delete(room);
      this.#underWay.set(room, waiting);
    }
    this.#schedule();
  }
}

function writeAtOnce(room: Room, batch: EncodedBatch, observer: BatchObserver): void {
  const { listeners } = room;
  const tally = emptyTally();
  observer.onBegun();
  fanOutBulk(batch, listeners, { start: 0, end: listeners.length }, tally);
  observer.onWritten(tally, 'turns');
}
