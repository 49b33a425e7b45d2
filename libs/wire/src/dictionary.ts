import { BODY_VER } from './body-ver.ts';
import { encodeFrame } from './frame.ts';
import { MAX_DICTIONARY_BYTES, MAX_ROOMS_PER_CONNECTION } from './limits.ts';
import { OPERATION } from './operation.ts';

/**
 * What bodies of ver 4 are decoded with. `prefix` is the beginning of a brotli stream that yields `skipBytes` bytes: put
 * it before such a body, undo brotli, and leave out so many bytes of what comes. No decoder has to know of dictionaries.
 */
export interface Dictionary {
  /** Names the content: the same id is the same dictionary, whoever made it. Never 0. */
  readonly id: number;
  readonly roomId: string;
  readonly skipBytes: number;
  readonly prefix: Uint8Array;
}

/** `id`, `skipBytes`, and the length of the room's name. */
const FIXED_BYTES = 10;
/** A room's batches name its newest dictionary, or the one before while the newest is on its way. */
const KEPT_PER_ROOM = 2;
const MAX_KEPT = KEPT_PER_ROOM * MAX_ROOMS_PER_CONNECTION;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Returns what op 26 carries, before it is compressed. Checks no limit. */
export function encodeDictionary({ id, roomId, skipBytes, prefix }: Dictionary): Uint8Array<ArrayBuffer> {
  const room = encoder.encode(roomId);
  const bytes = new Uint8Array(FIXED_BYTES + room.length + prefix.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, id);
  view.setUint32(4, skipBytes);
  view.setUint16(8, room.length);
  bytes.set(room, FIXED_BYTES);
  bytes.set(prefix, FIXED_BYTES + room.length);
  return bytes;
}

/** Reads what {@link encodeDictionary} wrote; undefined when it is not that. Never throws; `prefix` is a view. */
export function parseDictionary(bytes: Uint8Array): Dictionary | undefined {
  if (bytes.length < FIXED_BYTES || bytes.length > MAX_DICTIONARY_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [id, skipBytes] = [view.getUint32(0), view.getUint32(4)];
  const prefixAt = FIXED_BYTES + view.getUint16(8);
  if (prefixAt >= bytes.length || id === 0 || skipBytes > MAX_DICTIONARY_BYTES) return undefined;
  const roomId = decoder.decode(bytes.subarray(FIXED_BYTES, prefixAt));
  return { id, roomId, skipBytes, prefix: bytes.subarray(prefixAt) };
}

/** Returns op 26 around brotli of what {@link encodeDictionary} wrote. */
export function wrapDictionary(compressed: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeFrame({ op: OPERATION.dictionary, ver: BODY_VER.brotli, seq: 0, body: compressed });
}

/** Returns the op 5 frame of ver 4 around what follows the prefix of a dictionary; its `seq` names that. */
export function wrapDictionaryBatch(id: number, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeFrame({ op: OPERATION.message, ver: BODY_VER.dictionary, seq: id, body: rest });
}

/** Returns the brotli stream for a body of ver 4, in a new buffer: the prefix, then the body. */
export function joinPrefix({ prefix }: Dictionary, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const stream = new Uint8Array(prefix.length + body.length);
  stream.set(prefix);
  stream.set(body, prefix.length);
  return stream;
}

/**
 * The dictionaries one connection was sent: the last two of each room, and never more than 16 rooms can have. Beyond, those
 * of the room that was quiet for longest go: a room that was left does not push out one that is still read.
 */
export class DictionaryShelf {
  /** By room, each with its newest last. The last room is the one that something came for last. */
  readonly #rooms = new Map<string, readonly Dictionary[]>();

  get size(): number {
    let size = 0;
    for (const { length } of this.#rooms.values()) size += length;
    return size;
  }

  /** Keeps it; what it takes the place of is forgotten. The prefix is not copied. */
  put(dictionary: Dictionary): void {
    const { id, roomId } = dictionary;
    const others = this.#rooms.get(roomId)?.filter((each) => each.id !== id) ?? [];
    this.#setLast(roomId, [...others, dictionary].slice(-KEPT_PER_ROOM));
    for (const quietest of this.#rooms.keys()) {
      if (this.size <= MAX_KEPT) return;
      this.#rooms.delete(quietest);
    }
  }

  /** The one that a body of ver 4 names, which counts as something that came for its room. */
  find(id: number): Dictionary | undefined {
    for (const [roomId, kept] of this.#rooms) {
      const found = kept.find((dictionary) => dictionary.id === id);
      if (found === undefined) continue;
      this.#setLast(roomId, kept);
      return found;
    }
    return undefined;
  }

  #setLast(roomId: string, kept: readonly Dictionary[]): void {
    this.#rooms.delete(roomId);
    this.#rooms.set(roomId, kept);
  }
}
