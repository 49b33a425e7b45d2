import type { EncodedBatch } from '../delivery/encoded-batch.ts';
import { emptyTally, fanOutBulk } from './fan-out.ts';
import type { FanOutMember, FanOutTally } from './fan-out.ts';
import { placeOf, putAt, swap } from './member-places.ts';
import type { Placed, Places } from './member-places.ts';

/** How a fan-out came to its end: member by member in its turns, or the rest at once, because something had to wait for it. */
export type FanOutEnd = 'turns' | 'settled';

/** Who is told of a fan-out; each is called once. */
export interface FanOutObserver {
  /** The first members are about to be written to. */
  onBegun(): void;
  /** Every member it is for has been offered the batch, or has closed. */
  onWritten(tally: FanOutTally, end: FanOutEnd): void;
}

/**
 * One bulk batch on its way to the members of a large room, some of them in each turn of the event loop, so that express
 * messages and other clients get in between. It is for those who were listening when it came. The room's array is kept
 * in three parts meanwhile: members who have been offered the batch, those who wait for it, and those it is not for
 * (held, or here since), so that nobody is searched for and nothing is copied.
 *
 * To each client all is as if it had been written in one turn. Whatever would show that a member still waits writes it
 * first: {@link settleFor} when that member leaves, is closed, is held, resumes, gets a reply about the room or a
 * dictionary; {@link settle} before the room's next batch, a new dictionary, or its end. Express may overtake.
 * Guarded by the bench `barrage`, which measures express beside a hot room.
 */
export class RoomFanOut<M extends FanOutMember & Placed> {
  readonly #room: Places<M>;
  readonly #batch: EncodedBatch;
  readonly #observer: FanOutObserver;
  readonly #onOver: () => void;
  readonly #tally = emptyTally();
  #isBegun = false;
  /** Who stands before it has been offered the batch; who stands from `end` on is not meant. */
  #next = 0;
  #end: number;

  /** Nothing is written yet. Only the room makes one: a room has one at a time. */
  constructor(room: Places<M>, batch: EncodedBatch, { held, onOver, observer }: RoomFanOutOptions<M>) {
    this.#room = room;
    this.#batch = batch;
    this.#observer = observer;
    this.#onOver = onOver;
    this.#end = room.members.length;
    for (const member of held) {
      this.#end -= 1;
      swap(room, placeOf(room, member), this.#end);
    }
  }

  /** Members who wait. */
  get waiting(): number {
    return this.#end - this.#next;
  }

  /** Offers the batch to so many of those who wait. */
  advance(count: number): void {
    this.#write(count, 'turns');
  }

  /** Offers it to all who wait. */
  settle(): void {
    this.#write(this.waiting, 'settled');
  }

  /** Offers it to this member, if it waits. */
  settleFor(member: M): void {
    const index = placeOf(this.#room, member);
    if (index < this.#next || index >= this.#end) return;
    swap(this.#room, index, this.#next);
    this.#write(1, 'turns');
  }

  /**
   * For the room alone: a member who does not wait was taken out of its place. Closes the gap in each part and returns
   * the place that is free now, behind all who wait: the last member of the room belongs there.
   */
  closeGap(index: number): number {
    let gap = index;
    if (gap < this.#next) {
      this.#next -= 1;
      gap = this.#fill(gap, this.#next);
    }
    if (gap < this.#end) {
      this.#end -= 1;
      gap = this.#fill(gap, this.#end);
    }
    return gap;
  }

  #fill(gap: number, from: number): number {
    const member = this.#room.members[from];
    // In its own place stands the one who was taken out.
    if (member !== undefined && gap !== from) putAt(this.#room, member, gap);
    return from;
  }

  #write(count: number, end: FanOutEnd): void {
    if (!this.#isBegun) this.#observer.onBegun();
    this.#isBegun = true;
    const start = this.#next;
    this.#next = Math.min(this.#end, start + count);
    fanOutBulk(this.#batch, this.#room.members, { start, end: this.#next }, this.#tally);
    if (this.#next < this.#end) return;
    this.#onOver();
    this.#observer.onWritten(this.#tally, end);
  }
}

interface RoomFanOutOptions<M> {
  /** Members of the room whom the batch is not for. */
  readonly held: Iterable<M>;
  /** The room has no fan-out under way any more; called before the observer hears of the end. */
  readonly onOver: () => void;
  readonly observer: FanOutObserver;
}
