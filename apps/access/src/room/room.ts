import type { RoomId, ZoneId } from '@longwire/domain';
import { ENCODING_BITS, ENCODINGS, partitionOf } from '@longwire/domain';
import type { RoomShelf } from '../dictionary/room-shelf.ts';
import { encodingIndexOf } from '../delivery/slot.ts';
import type { EncodedBatch } from '../delivery/encoded-batch.ts';
import type { FanOutMember } from './fan-out.ts';
import { placeOf, putAt } from './member-places.ts';
import type { FanOutObserver } from './room-fan-out.ts';
import { RoomFanOut } from './room-fan-out.ts';

/** What rooms know of a connection. */
export interface Member extends FanOutMember {
  /** Rooms it is in, oldest first, at most 16. Only {@link Room} and its fan-out change these two. */
  readonly rooms: Room[];
  /** Its place in each of these rooms' member arrays. */
  readonly roomIndexes: number[];
  /** The last fan-out that reached it: how one over several rooms knows whom it has had. */
  lastFanOut: number;
}

const NOBODY: ReadonlySet<Member> = new Set();

/** The members that one room has on this node, and what the node knows of the room. */
export class Room {
  readonly roomId: RoomId;
  readonly partition: number;
  /** Dense and unordered: a member that leaves is replaced. Read-only outside this class and its fan-out. */
  readonly members: Member[] = [];
  /** Resolves when pushes to the room reach its members here, or when that took too long to wait for. */
  ready: Promise<void> = Promise.resolve();
  isReady = false;
  zoneId: ZoneId | null = null;
  /** Connections in the room on other nodes, as logic last said. */
  onlineElsewhere = 0;
  /** False until logic has answered once; then the zone is known. */
  isKnown = false;
  /** Somebody was told the online count since it was last refreshed. */
  wasAsked = false;
  /** When it was last refreshed, by the monotonic clock. */
  refreshedAtMs = -Infinity;
  /** Where the room's bulk messages stand: the last seq that came through here, within its epoch; 0: none has come. */
  epoch = 0;
  lastSeq = 0;
  /** Of the epoch: what came up to here was before the room was on this node, or before the epoch began. */
  beganAfterSeq = 0;
  /** The partition owner that this is from. */
  ownerEpoch = 0;
  /** False when batches may have passed by since, with the bus cut off: only the owner can say. */
  isSure = true;
  /** Nobody has what came up to this seq any more; what is kept here apart. */
  goneUpTo = 0;
  /** The table has let go of it; a room of this id that is needed again is another object. */
  isDropped = false;
  /** Authentications that wait for the room to be ready, each of which will become a member. */
  holds = 0;
  /** Since when nobody needs the room; what is left of it goes some seconds later. */
  emptySinceMs = 0;
  /** Null until one has come. */
  dictionaries: RoomShelf<Member> | null = null;
  /** Batches that are being written turn by turn; null when all members have had what came for them. */
  fanOut: RoomFanOut<Member> | null = null;
  readonly #perEncoding = ENCODINGS.map(() => 0);
  #held: Set<Member> | null = null;

  constructor(roomId: RoomId) {
    this.roomId = roomId;
    this.partition = partitionOf(roomId);
  }

  /** Connections in the room over all nodes. */
  get online(): number {
    return this.onlineElsewhere + this.members.length;
  }

  /** Sum of the bits of the encodings that members need; ENCODING_BITS counts up in the order of ENCODINGS. */
  get needs(): number {
    let bits = 0;
    for (let index = 0; index < this.#perEncoding.length; index += 1) {
      if ((this.#perEncoding[index] ?? 0) > 0) bits |= 1 << index;
    }
    return bits;
  }

  /** The same for what the room's owner makes: members who were not sent the dictionary need brotli without. */
  get needsNow(): number {
    const isLacking = (this.dictionaries?.newest?.lacking.size ?? 0) > 0;
    return isLacking ? this.needs | ENCODING_BITS.brotli : this.needs;
  }

  /** Members by the encoding they take, in the order of ENCODINGS. */
  get viewers(): readonly number[] {
    return this.#perEncoding;
  }

  /** Those to whom a batch is written when it comes: all members but the held ones. */
  get listeners(): readonly Member[] {
    const held = this.#held;
    return held === null ? this.members : this.members.filter((member) => !held.has(member));
  }

  /** Puts a batch on its way to the listeners, behind those that are under way. Nothing is written yet. */
  begin(batch: EncodedBatch, observer: FanOutObserver): RoomFanOut<Member> {
    this.fanOut ??= new RoomFanOut<Member>(this, () => {
      this.fanOut = null;
    });
    this.fanOut.add(batch, observer);
    return this.fanOut;
  }

  /** Leaves a member out of batches until it is released: it gets what comes meanwhile with what it missed. */
  hold(member: Member): void {
    this.fanOut?.settleFor(member);
    this.#held ??= new Set();
    this.#held.add(member);
  }

  /** False when the member was not held, or has left since. */
  release(member: Member): boolean {
    const wasHeld = this.#held?.delete(member) ?? false;
    if (this.#held?.size === 0) this.#held = null;
    if (wasHeld) this.fanOut?.passOver(member);
    return wasHeld;
  }

  /** Those who are left out of batches. */
  get held(): ReadonlySet<Member> {
    return this.#held ?? NOBODY;
  }

  isHeld(member: Member): boolean {
    return this.#held?.has(member) ?? false;
  }

  /** The member must not be in the room. */
  add(member: Member): void {
    member.rooms.push(this);
    member.roomIndexes.push(this.members.length);
    this.members.push(member);
    this.fanOut?.passOver(member);
    this.#count(member, 1);
  }

  /** False when the member is not in the room. It has had what came until now. Another one moves into its place. */
  remove(member: Member): boolean {
    this.fanOut?.settleFor(member);
    const index = placeOf(this, member);
    if (index < 0) return false;
    this.release(member);
    const position = member.rooms.indexOf(this);
    member.rooms.splice(position, 1);
    member.roomIndexes.splice(position, 1);
    const gap = this.fanOut?.closeGap(member, index) ?? index;
    const last = this.members.pop();
    if (last !== undefined && gap < this.members.length) putAt(this, last, gap);
    this.#count(member, -1);
    return true;
  }

  #count(member: Member, by: 1 | -1): void {
    const index = encodingIndexOf(member.slot);
    this.#perEncoding[index] = (this.#perEncoding[index] ?? 0) + by;
  }
}
