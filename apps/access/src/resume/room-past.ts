import type { RoomHistories } from '@longwire/domain';
import { lastSeqOf } from '@longwire/domain';
import type { RoomHistoryReply } from '@longwire/protos/bus/v1';
import type { OnRecoded, WireEncoding } from '../delivery/encoded-batch.ts';
import type { PartitionFences } from '../delivery/partition-fences.ts';
import type { RecentKeys } from '../delivery/recent-keys.ts';
import type { MessagePosition } from '../dictionary/room-shelf.ts';
import type { Room } from '../room/room.ts';
import type { PastBatch } from './past-batch.ts';
import { cutPlain, plainPastBatch } from './past-batch.ts';

/** What a room has had, as its owner says. */
export interface OwnersWord {
  readonly reply: RoomHistoryReply;
  /** What was asked for: messages of this epoch after this seq. */
  readonly epoch: number;
  readonly afterSeq: number;
}

export interface RoomPastOptions {
  readonly histories: RoomHistories<readonly WireEncoding[]>;
  readonly fences: PartitionFences;
  readonly recentKeys: RecentKeys;
  readonly now: () => number;
  readonly onRecoded: OnRecoded;
  /** Messages that this node had not been given: to be written to the members, as if they came now. */
  readonly onMissed: (room: Room, batch: PastBatch) => void;
}

/** What can be said to a client that saw a room up to some position: all it missed, that this is gone, or ask the owner. */
export type PastOutcome =
  { readonly kind: 'there'; readonly batches: readonly PastBatch[] } | { readonly kind: 'gone' | 'unknown' };

/** The last batches of this node's rooms, and where the rooms stand by them. */
export class RoomPast {
  readonly #options: RoomPastOptions;

  constructor(options: RoomPastOptions) {
    this.#options = options;
  }

  firstSeqOf(room: Room): number {
    return this.#options.histories.firstSeqOf(room.roomId, room.epoch);
  }

  /** Is the message, or any before it in its epoch, kept here? */
  isKept(room: Room, { epoch, seq }: MessagePosition): boolean {
    const firstSeq = this.#options.histories.firstSeqOf(room.roomId, epoch);
    return firstSeq > 0 && firstSeq <= seq;
  }

  /** All that is kept here after the seq, in order, without a hole. */
  kept(room: Room, seq: number): readonly PastBatch[] {
    return this.#options.histories.after(room.roomId, room.epoch, seq);
  }

  /** A batch came that follows what there is, or begins anew: the room stands at its end now. */
  add(room: Room, batch: PastBatch, { epoch, ownerEpoch }: { epoch: number; ownerEpoch: number }): void {
    if (room.epoch !== epoch) this.#begin(room, epoch, batch.firstSeq - 1);
    room.isSure = true;
    room.ownerEpoch = ownerEpoch;
    room.lastSeq = lastSeqOf(batch);
    this.#options.histories.append(room.roomId, epoch, batch);
  }

  /** `unknown`: only the owner can say, since the client may be ahead of this node or has seen what is not kept here. */
  after(room: Room, epoch: number, seq: number): PastOutcome {
    if (room.epoch === 0 || epoch > room.epoch) return { kind: 'unknown' };
    if (epoch < room.epoch) return { kind: 'gone' };
    if (seq > room.lastSeq || !room.isSure) return { kind: 'unknown' };
    const batches = this.#options.histories.after(room.roomId, epoch, seq);
    const [first, last] = [batches[0], batches.at(-1)];
    if (seq === room.lastSeq) return { kind: 'there', batches: [] };
    const isWhole = first !== undefined && last !== undefined && first.firstSeq <= seq + 1;
    if (isWhole && lastSeqOf(last) === room.lastSeq) return { kind: 'there', batches };
    return seq < room.goneUpTo ? { kind: 'gone' } : { kind: 'unknown' };
  }

  /**
   * Takes what the owner says: fills up what is kept here, sets where the room stands, and passes on what was missed.
   * False when it is not word of the present owner, or older than what is known here.
   */
  learn(room: Room, word: OwnersWord): boolean {
    const { reply } = word;
    const { roomEpoch, ownerEpoch, isKnown } = reply;
    if (!isKnown || !this.#options.fences.admit(room.partition, ownerEpoch) || roomEpoch < room.epoch) return false;
    this.#options.recentKeys.note(room.partition, reply.idKeys, this.#options.now());
    // A room that nothing has come for: its members are here since after what the owner has sent, or it would have come.
    const knownUpTo = room.epoch === 0 ? reply.lastSeq : roomEpoch === room.epoch ? room.lastSeq : 0;
    const batches = this.#read(reply);
    if (roomEpoch !== room.epoch) this.#begin(room, roomEpoch, knownUpTo);
    this.#fillUp(room, batches, knownUpTo);
    for (const batch of batches) {
      const missed = this.#cut(batch, Math.max(knownUpTo, room.lastSeq) + 1, reply.lastSeq);
      if (missed === null) continue;
      this.add(room, missed, { epoch: roomEpoch, ownerEpoch });
      this.#options.onMissed(room, missed);
    }
    room.lastSeq = Math.max(room.lastSeq, reply.lastSeq);
    room.ownerEpoch = ownerEpoch;
    room.isSure = true;
    if (roomEpoch === word.epoch) noteGone(room, batches[0]?.firstSeq ?? reply.lastSeq + 1, word.afterSeq);
    return true;
  }

  /** The room counts in another epoch from now on: nobody is told what came in the one before. */
  #begin(room: Room, epoch: number, beganAfterSeq: number): void {
    Object.assign(room, { epoch, lastSeq: 0, beganAfterSeq, goneUpTo: 0 });
    this.#options.histories.forget(room.roomId);
  }

  /** Keeps what the owner has sent before what is kept here, or all of it when nothing is. */
  #fillUp(room: Room, batches: readonly PastBatch[], knownUpTo: number): void {
    const { histories } = this.#options;
    const first = histories.firstSeqOf(room.roomId, room.epoch);
    const upTo = first === 0 ? knownUpTo : first - 1;
    const older = batches.flatMap((batch) => this.#cut(batch, 1, upTo) ?? []);
    if (first !== 0) histories.prepend(room.roomId, room.epoch, older);
    else for (const batch of older) histories.append(room.roomId, room.epoch, batch);
  }

  #read(reply: RoomHistoryReply): readonly PastBatch[] {
    const atMs = this.#options.now();
    return reply.batches.map(({ firstSeq, count, frames }) => plainPastBatch({ firstSeq, count, atMs }, frames));
  }

  #cut(batch: PastBatch, fromSeq: number, toSeq: number): PastBatch | null {
    if (batch.firstSeq >= fromSeq && lastSeqOf(batch) <= toSeq) return batch;
    if (batch.firstSeq > toSeq || lastSeqOf(batch) < fromSeq) return null;
    const part = cutPlain(batch, fromSeq, toSeq, this.#options.onRecoded);
    return part === null ? null : plainPastBatch({ ...part, atMs: batch.atMs }, part.frames);
  }
}

/** The owner has nothing between what was asked for and this: nobody has, and it need not be asked again. */
function noteGone(room: Room, firstSeq: number, afterSeq: number): void {
  if (firstSeq > afterSeq + 1) room.goneUpTo = Math.max(room.goneUpTo, firstSeq - 1);
}
