import { ENCODINGS } from '@longwire/domain';
import type { RoomDictionary } from '@longwire/protos/bus/v1';
import { encodingIndexOf } from '../delivery/slot.ts';
import type { Member, Room } from '../room/room.ts';
import { NodeDictionary } from './node-dictionary.ts';
import { RoomShelf } from './room-shelf.ts';
import type { MessagePosition } from './room-shelf.ts';

const DICTIONARY_INDEX = ENCODINGS.indexOf('dictionary');

/** `taken`; `known`: it was there; `full`: there is no place for it; `malformed`: it is not what it says. */
export type TakeOutcome = 'taken' | 'known' | 'full' | 'malformed';
/** What became of a dictionary that was offered to a member. */
export type OfferResult = 'sent' | 'shed';

export interface NodeDictionariesOptions {
  /** Of all dictionaries that are held: for members, and for kept batches that came with one. */
  readonly maxBytes: number;
  readonly rooms: () => Iterable<Room>;
  /** Is the message, or any before it, kept for clients that resume? */
  readonly isKept: (room: Room, upTo: MessagePosition) => boolean;
  /** What the room's owner should know of the room has changed. */
  readonly onChange: (room: Room) => void;
  readonly onTaken: (outcome: TakeOutcome) => void;
  readonly onOffered: (result: OfferResult, sizeBytes: number) => void;
}

interface Owed {
  readonly room: Room;
  readonly member: Member;
}

/**
 * The dictionaries of this node's rooms. One that comes is sent to every member who takes dictionaries, one who joins is
 * sent the newest once, both in the order of bulk, so that it is there before the batches that go on from it. A member
 * whose line had no place for it gets brotli without, and another try each second.
 */
export class NodeDictionaries {
  readonly #options: NodeDictionariesOptions;
  #sizeBytes = 0;
  #owed: Owed[] = [];

  constructor(options: NodeDictionariesOptions) {
    this.#options = options;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Takes what the room's owner has made. Bytes that are no dictionary of the room are counted and dropped. */
  take(room: Room, { id, frame }: RoomDictionary): void {
    const { onTaken, onChange } = this.#options;
    if (room.dictionaries?.find(id) !== undefined) {
      onTaken('known');
      // The owner has asked for it again: it has not heard that this node has it.
      onChange(room);
      return;
    }
    const dictionary = NodeDictionary.of<Member>(room.roomId, id, frame);
    const outcome = dictionary === null ? 'malformed' : this.#put(room, dictionary);
    onTaken(outcome);
    if (outcome === 'taken') onChange(room);
  }

  /** The member was added to the room. It is sent the newest at the end of the turn, behind the reply to its request. */
  noteJoined(room: Room, member: Member): void {
    if (room.dictionaries === null || !takesDictionaries(member)) return;
    room.dictionaries.noteJoined(member);
    this.#owed.push({ room, member });
    if (this.#owed.length === 1) queueMicrotask(() => this.#pay());
  }

  noteLeft(room: Room, member: Member): void {
    room.dictionaries?.noteLeft(member);
  }

  /** To be called about once a second: forgets what no kept batch needs, tries again where a line had no place. */
  sweep(): void {
    for (const room of this.#options.rooms()) {
      this.#release(room);
      const newest = room.dictionaries?.newest;
      if (newest === undefined || newest.lacking.size === 0) continue;
      for (const member of newest.lacking) this.#offer(room, newest, member);
      if (newest.lacking.size === 0) this.#options.onChange(room);
    }
  }

  /** The room is no longer kept. */
  forget(room: Room): void {
    this.#sizeBytes -= room.dictionaries?.sizeBytes ?? 0;
    room.dictionaries?.clear();
    room.dictionaries = null;
  }

  #put(room: Room, dictionary: NodeDictionary<Member>): TakeOutcome {
    this.#release(room);
    if (this.#sizeBytes + dictionary.sizeBytes > this.#options.maxBytes) return 'full';
    // A batch under way may go on from the one that is let go of.
    room.fanOut?.settle();
    const shelf = (room.dictionaries ??= new RoomShelf());
    shelf.put(dictionary, { epoch: room.epoch, seq: room.lastSeq });
    this.#sizeBytes += dictionary.sizeBytes;
    for (const member of room.members) {
      if (!takesDictionaries(member)) continue;
      dictionary.lacking.add(member);
      this.#offer(room, dictionary, member);
    }
    return 'taken';
  }

  #release(room: Room): void {
    this.#sizeBytes -= room.dictionaries?.release((upTo) => this.#options.isKept(room, upTo)) ?? 0;
  }

  #pay(): void {
    const owed = this.#owed;
    this.#owed = [];
    for (const { room, member } of owed) {
      const newest = room.dictionaries?.newest;
      if (newest === undefined || !newest.lacking.has(member)) continue;
      this.#offer(room, newest, member);
      if (newest.lacking.has(member)) this.#options.onChange(room);
    }
  }

  #offer(room: Room, dictionary: NodeDictionary, member: Member): void {
    if (member.isClosed) return;
    // Which bytes of a batch a member gets goes by what it lacked when the batch came.
    room.fanOut?.settleFor(member);
    const bytes = dictionary.bytesOf(member.slot);
    const result = member.outbox.offerBulk(bytes) === 'shed' ? 'shed' : 'sent';
    if (result === 'sent') dictionary.lacking.delete(member);
    this.#options.onOffered(result, bytes.length);
  }
}

function takesDictionaries({ slot }: Member): boolean {
  return encodingIndexOf(slot) === DICTIONARY_INDEX;
}
