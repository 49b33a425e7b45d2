import type { RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';

/** Where a room stands: the last seq within its epoch, the one clients see. */
export interface RoomPosition {
  readonly epoch: number;
  readonly seq: number;
}

/** What an access node says of a room, as far as it concerns its position. */
export interface NodeWord {
  readonly nodeId: string;
  readonly roomEpoch: number;
  readonly lastSeq: number;
  /** Of the owner whose batch the node had last. */
  readonly ownerEpoch: number;
  /** The oldest message the node still has; 0 for none. */
  readonly firstSeq: number;
}

interface Heard extends RoomPosition {
  readonly holders: string[];
}

interface Numbered {
  epoch: number;
  seq: number;
  /** All up to here has left this process, or had left an owner before. */
  sentSeq: number;
  /** What was taken up from owners before: messages up to here are not this owner's. */
  base: number;
}

/** Nodes remembered per room as having its past. */
const MAX_HOLDERS = 3;

/**
 * Gives the rooms of one partition their seqs, within one ownership of the partition. A room goes on from the newest
 * position that any access node knows of; one that nobody knows of begins a new epoch, which is this owner's own and so
 * higher than all before. When a node later turns out to have got further under an owner before, two messages would
 * share a seq: the room begins a new epoch then.
 */
export class RoomPositions {
  readonly #ownEpoch: number;
  readonly #maxRooms: number;
  readonly #heard = new Map<RoomId, Heard>();
  readonly #numbered = new Map<RoomId, Numbered>();

  /** `maxRooms` bounds what is remembered of the past; rooms beyond it begin a new epoch. */
  constructor(ownEpoch: number, maxRooms: number) {
    this.#ownEpoch = ownEpoch;
    this.#maxRooms = maxRooms;
  }

  /** Rooms that had a message from this owner. */
  get rooms(): number {
    return this.#numbered.size;
  }

  roomIds(): Iterable<RoomId> {
    return this.#numbered.keys();
  }

  /** The position that the room's next message will have. */
  next(roomId: RoomId): RoomPosition {
    const { epoch, seq } = this.#numbered.get(roomId) ?? this.#startOf(roomId);
    return { epoch, seq: seq + 1 };
  }

  /** The position was given to a message. */
  take(roomId: RoomId, { epoch, seq }: RoomPosition): void {
    const numbered = this.#numbered.get(roomId);
    if (numbered !== undefined) {
      numbered.seq = seq;
      return;
    }
    this.#numbered.set(roomId, { epoch, seq, sentSeq: seq - 1, base: seq - 1 });
  }

  /** The last position that was given to a message. */
  takenOf(roomId: RoomId): RoomPosition {
    const { epoch, seq } = this.#numbered.get(roomId) ?? this.#startOf(roomId);
    return { epoch, seq };
  }

  /** Messages up to this position have left. */
  noteSent(roomId: RoomId, { epoch, seq }: RoomPosition): void {
    const numbered = this.#numbered.get(roomId);
    if (numbered?.epoch === epoch) numbered.sentSeq = Math.max(numbered.sentSeq, seq);
  }

  /** All up to this position has been sent by this owner or one before. */
  sentOf(roomId: RoomId): RoomPosition {
    const numbered = this.#numbered.get(roomId);
    const { epoch, seq } = numbered === undefined ? this.#startOf(roomId) : { ...numbered, seq: numbered.sentSeq };
    return { epoch, seq };
  }

  /** The last seq that is not this owner's own, within the room's epoch. */
  baseOf(roomId: RoomId): number {
    return this.#numbered.get(roomId)?.base ?? this.#startOf(roomId).seq;
  }

  /** The nodes that may have what was sent before this owner. */
  holdersOf(roomId: RoomId): readonly string[] {
    return this.#heard.get(roomId)?.holders ?? [];
  }

  /** `fork`: the room has begun a new epoch, since this node had got further than where it was taken up. */
  hear(roomId: string, word: NodeWord): 'fork' | undefined {
    // No message has come to the node, or it came from this very owner.
    if (word.roomEpoch === 0 || word.ownerEpoch >= this.#ownEpoch) return undefined;
    const id = trustedId<RoomId>(roomId);
    const numbered = this.#numbered.get(id);
    if (numbered === undefined) {
      this.#remember(id, word);
      return undefined;
    }
    const { epoch, base } = numbered;
    const isAhead = word.roomEpoch > epoch || (word.roomEpoch === epoch && word.lastSeq > base);
    if (epoch === this.#ownEpoch || !isAhead) return undefined;
    this.#heard.delete(id);
    Object.assign(numbered, { epoch: this.#ownEpoch, seq: 0, sentSeq: 0, base: 0 });
    return 'fork';
  }

  #startOf(roomId: RoomId): RoomPosition {
    return this.#heard.get(roomId) ?? { epoch: this.#ownEpoch, seq: 0 };
  }

  #remember(roomId: RoomId, { nodeId, roomEpoch: epoch, lastSeq: seq, firstSeq }: NodeWord): void {
    const known = this.#heard.get(roomId);
    if (known === undefined && this.#heard.size >= this.#maxRooms) return;
    const order = known === undefined ? 1 : epoch - known.epoch || seq - known.seq;
    if (order < 0) return;
    const holders = order === 0 ? (known?.holders ?? []) : [];
    if (firstSeq > 0 && holders.length < MAX_HOLDERS && !holders.includes(nodeId)) holders.push(nodeId);
    this.#heard.set(roomId, { epoch, seq, holders });
  }
}
