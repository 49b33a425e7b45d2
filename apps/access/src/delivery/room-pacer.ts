import { emptyTally, fanOutBulk } from '../room/fan-out.ts';
import type { FanOutObserver } from '../room/room-fan-out.ts';
import type { Room } from '../room/room.ts';
import type { EncodedBatch } from './encoded-batch.ts';

/** Rooms that may have a batch under way; a batch of one more room is written at once. */
export const MAX_ROOMS_UNDER_WAY = 32;

/** How a batch for more members than one turn takes was written. `crowded`: at once, with too many rooms under way. */
export type LargeFanOutEnd = 'turns' | 'settled' | 'crowded';

export interface RoomPacerOptions {
  /** A room of no more listeners is written to at once. */
  readonly membersPerTurn: number;
  /** Called once per batch that was for more. */
  readonly onLarge: (end: LargeFanOutEnd) => void;
  /** Runs a task in a later turn of the event loop, after what has come in by then; default setImmediate. */
  readonly defer?: (task: () => void) => void;
}

/**
 * Writes room batches: to small rooms at once, to large ones some members a turn, so that express messages and other
 * clients wait for one turn and not for a whole room. Rooms take turns; each has at most one batch under way, since its
 * next batch writes out the one before, so that what waits is bounded by the number of rooms. Guarded by the bench
 * `barrage`.
 */
export class RoomPacer {
  readonly #options: RoomPacerOptions;
  /** In the order of their turns. */
  readonly #underWay = new Set<Room>();
  #isScheduled = false;

  constructor(options: RoomPacerOptions) {
    this.#options = options;
  }

  /** Rooms that have a batch under way. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Writes a batch to the listeners of the room, after all that came for it before. Starts at once when nothing waits. */
  fanOut(room: Room, batch: EncodedBatch, observer: FanOutObserver): void {
    room.fanOut?.settle();
    const { membersPerTurn, onLarge } = this.#options;
    if (room.members.length <= membersPerTurn) {
      writeAtOnce(room, batch, observer);
    } else if (this.#underWay.size >= MAX_ROOMS_UNDER_WAY) {
      writeAtOnce(room, batch, observer);
      onLarge('crowded');
    } else {
      this.#begin(room, batch, observer);
    }
  }

  #begin(room: Room, batch: EncodedBatch, observer: FanOutObserver): void {
    room.begin(batch, {
      onBegun: () => observer.onBegun(),
      onWritten: (tally, end) => {
        this.#underWay.delete(room);
        this.#options.onLarge(end);
        observer.onWritten(tally, end);
      },
    });
    this.#underWay.add(room);
    if (!this.#isScheduled) this.#run();
  }

  /** One turn: some members of the room whose turn it is, which then goes behind the others. */
  #run(): void {
    this.#isScheduled = false;
    const { membersPerTurn, defer = setImmediate } = this.#options;
    const [room] = this.#underWay;
    if (room === undefined) return;
    room.fanOut?.advance(membersPerTurn);
    if (this.#underWay.delete(room)) this.#underWay.add(room);
    if (this.#underWay.size === 0) return;
    this.#isScheduled = true;
    defer(() => this.#run());
  }
}

function writeAtOnce(room: Room, batch: EncodedBatch, observer: FanOutObserver): void {
  const { listeners } = room;
  const tally = emptyTally();
  observer.onBegun();
  fanOutBulk(batch, listeners, { start: 0, end: listeners.length }, tally);
  observer.onWritten(tally, 'turns');
}
