import type { EncodedBatch } from '../delivery/encoded-batch.ts';
import { mergeable, MergedBatch } from '../delivery/merged-batch.ts';
import { emptyTally, fanOutBulk } from './fan-out.ts';
import type { FanOutBatch, FanOutMember, FanOutTally } from './fan-out.ts';
import { placeOf, putAt, swap } from './member-places.ts';
import type { Placed, Places } from './member-places.ts';

/**
 * How a batch came to its end: `turns`, member by member in its turns; `merged`, the same in one write with the batch
 * before it; `settled`, the rest at once, because something had to wait for it.
 */
export type FanOutEnd = 'turns' | 'merged' | 'settled';

/** Who is told of a batch; each is called once. */
export interface FanOutObserver {
  /** The first members are about to be written to. */
  onBegun(): void;
  /** Every member it is for has been offered the batch, or has closed. */
  onWritten(tally: FanOutTally, end: FanOutEnd): void;
}

/** A room as far as its fan-out goes. */
export interface FanOutRoom<M extends Placed> extends Places<M> {
  /** Members whom batches are not for, at present. */
  readonly held: ReadonlySet<M>;
  /** Encodings that members need, a sum of ENCODING_BITS. */
  readonly needsNow: number;
}

/** A batch, from when it came until it is written to the last. */
interface Pending {
  /** Batches of a fan-out count up from 0. */
  readonly ordinal: number;
  readonly batch: EncodedBatch;
  readonly observer: FanOutObserver;
  /** Of those it was written to by itself. */
  readonly tally: FanOutTally;
  isBegun: boolean;
}

/** Batches that go to the members in one write each. */
interface Round {
  readonly parts: readonly Pending[];
  readonly batch: FanOutBatch;
  readonly tally: FanOutTally;
}

/**
 * What is on its way to the members of a room, some of them in each turn of the event loop, so that express messages and
 * other clients get in between. Batches that come meanwhile wait; when the last member has been written to, all that wait
 * go out together, in one write for each: a node that falls behind makes fewer writes, and comes up again without a loss.
 *
 * A batch is for those who were listening when it came. The room's array is kept in three parts meanwhile: members who
 * have been offered the round, those who wait for it, and those it is not for, so that nobody is searched for and nothing
 * is copied. To each client all is as if every batch had been written when it came. Whatever would show that a member
 * still waits writes it first: {@link settleFor} when that member leaves, is closed, is held, resumes, gets a reply about
 * the room or a dictionary; {@link settle} before a new dictionary and the room's end. Express may overtake.
 * Guarded by the benches `barrage`, which measures express beside a hot room, and `heavy`.
 */
export class RoomFanOut<M extends FanOutMember & Placed> {
  readonly #room: FanOutRoom<M>;
  readonly #onOver: () => void;
  readonly #queue: Pending[] = [];
  /** Who has had batches of the queue, or is not meant to: up to this ordinal. */
  readonly #ahead = new Map<M, number>();
  #ordinals = 0;
  /** Null between two rounds: the next begins with its first write. */
  #round: Round | null = null;
  /** Who stands before it has been offered the round; who stands from `end` on is not meant. */
  #next = 0;
  #end = 0;

  /** Only the room makes one: a room has one at a time. `onOver` is called when nothing is on its way any more. */
  constructor(room: FanOutRoom<M>, onOver: () => void) {
    this.#room = room;
    this.#onOver = onOver;
  }

  /** Members who wait for the round. */
  get waiting(): number {
    return this.#end - this.#next;
  }

  /** Takes a batch for those who listen now, behind all that came before. Nothing is written yet. */
  add(batch: EncodedBatch, observer: FanOutObserver): void {
    this.#queue.push({ ordinal: this.#ordinals, batch, observer, tally: emptyTally(), isBegun: false });
    this.#ordinals += 1;
  }

  /** Offers the round, or the next one, to so many of those who wait. Returns how many there were. */
  advance(count: number): number {
    return this.#write(count, 'turns');
  }

  /** Offers all there is to all who wait. */
  settle(): void {
    while (this.#round !== null || this.#queue.length > 0) this.#write(this.#room.members.length, 'settled');
  }

  /** Offers a member all that waits for it. */
  settleFor(member: M): void {
    const index = placeOf(this.#room, member);
    if (index < 0 || this.#room.held.has(member)) return;
    if (index >= this.#next && index < this.#end) {
      swap(this.#room, index, this.#next);
      this.#write(1, 'turns');
    }
    this.#offerAlone(member, this.#queue);
    this.passOver(member);
  }

  /** What waits now is not for this member: it has joined since, or been given it another way. */
  passOver(member: M): void {
    if (this.#queue.length > 0) this.#ahead.set(member, this.#ordinals);
  }

  /**
   * For the room alone: a member who does not wait was taken out of its place. Closes the gap in each part and returns
   * the place that is free now, behind all who wait: the last member of the room belongs there.
   */
  closeGap(member: M, index: number): number {
    this.#ahead.delete(member);
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

  #write(count: number, end: FanOutEnd): number {
    const round = (this.#round ??= this.#begin());
    if (round === null) return 0;
    for (const part of round.parts) noteBegun(part);
    const start = this.#next;
    this.#next = Math.min(this.#end, start + count);
    const written = this.#next - start;
    fanOutBulk(round.batch, this.#room.members, { start, end: this.#next }, round.tally);
    if (this.#next < this.#end) return written;
    this.#round = null;
    this.#next = 0;
    this.#end = 0;
    if (this.#queue.length === 0) this.#onOver();
    for (const part of round.parts) report(part, round, end);
    return written;
  }

  /** The batches that go out next, to all whom all of them are for; the others are given what is for them now. */
  #begin(): Round | null {
    const waiting = this.#queue.map(({ batch }) => batch);
    const parts = this.#queue.splice(0, mergeable(waiting, this.#room.needsNow));
    const [first, ...others] = parts;
    if (first === undefined) return null;
    this.#next = 0;
    this.#end = this.#room.members.length;
    for (const member of this.#room.held) this.#exclude(member);
    const afterOrdinal = first.ordinal + parts.length;
    for (const [member, fromOrdinal] of this.#ahead) {
      if (fromOrdinal <= afterOrdinal) this.#ahead.delete(member);
      if (this.#room.held.has(member)) continue;
      this.#offerAlone(member, parts, fromOrdinal);
      this.#exclude(member);
    }
    const batch =
      others.length === 0 ? first.batch : new MergedBatch([first.batch, ...others.map((each) => each.batch)]);
    return { parts, batch, tally: emptyTally() };
  }

  #exclude(member: M): void {
    this.#end -= 1;
    swap(this.#room, placeOf(this.#room, member), this.#end);
  }

  #offerAlone(member: M, batches: readonly Pending[], fromOrdinal = this.#ahead.get(member) ?? 0): void {
    for (const pending of batches) {
      if (pending.ordinal < fromOrdinal) continue;
      noteBegun(pending);
      fanOutBulk(pending.batch, [member], { start: 0, end: 1 }, pending.tally);
    }
  }
}

function noteBegun(pending: Pending): void {
  if (!pending.isBegun) pending.observer.onBegun();
  pending.isBegun = true;
}

/** Tells what became of one batch of a round; the bytes of the round count with its first. */
function report(part: Pending, { parts, tally: together }: Round, end: FanOutEnd): void {
  const isFirst = part === parts[0];
  const { tally } = part;
  tally.frames += together.frames;
  tally.shed += together.shed;
  tally.unreadable += together.unreadable;
  if (isFirst) tally.bytes += together.bytes;
  part.observer.onWritten(tally, isFirst ? end : 'merged');
}
