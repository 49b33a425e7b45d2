import { brotliDecompressSync } from 'node:zlib';
import type { RoomId } from '@longwire/domain';
import { asBuffer } from '@longwire/runtime';
import {
  BODY_VER,
  buildWsFrame,
  decodeFrames,
  HEADER_BYTES,
  joinPrefix,
  MAX_DICTIONARY_BYTES,
  MAX_INFLATED_BYTES,
  MAX_SERVER_FRAME_BYTES,
  OPERATION,
  parseDictionary,
  SERVER_FRAME_LIMITS,
} from '@longwire/wire';
import type { Dictionary } from '@longwire/wire';
import type { Slot } from '../delivery/slot.ts';
import { isMessageSlot } from '../delivery/slot.ts';

/** One dictionary of a room: the bytes its members are sent, and which of them were not sent it. */
export class NodeDictionary<Member = unknown> {
  readonly id: number;
  readonly sizeBytes: number;
  /** Members who take dictionaries and have not got this one: they get brotli without. */
  readonly lacking = new Set<Member>();
  readonly #stream: Buffer;
  readonly #message: Buffer;

  private constructor(id: number, frame: Uint8Array) {
    this.id = id;
    // The bytes came as part of a larger buffer, which would be kept with them.
    this.#stream = Buffer.from(frame);
    this.#message = asBuffer(buildWsFrame(this.#stream));
    this.sizeBytes = this.#stream.length + this.#message.length;
  }

  /** Null when the frame is not the dictionary of this room with this id. */
  static of<Member>(roomId: RoomId, id: number, frame: Uint8Array): NodeDictionary<Member> | null {
    if (frame.length > MAX_SERVER_FRAME_BYTES) return null;
    try {
      const read = readFrame(frame);
      return read.id === id && read.roomId === roomId ? new NodeDictionary<Member>(id, frame) : null;
    } catch {
      // Whatever is wrong with it: the caller counts it.
      return null;
    }
  }

  /** As the line of a member wants it. */
  bytesOf(slot: Slot): Buffer {
    return isMessageSlot(slot) ? this.#message : this.#stream;
  }

  /** The plain frames of an op 5 frame of ver 4. Throws when they are damaged. Rare, so nothing is kept for it. */
  decode(frame: Uint8Array): Uint8Array {
    const dictionary = readFrame(this.#stream);
    const { skipBytes } = dictionary;
    const stream = joinPrefix(dictionary, frame.subarray(HEADER_BYTES));
    return brotliDecompressSync(stream, { maxOutputLength: skipBytes + MAX_INFLATED_BYTES }).subarray(skipBytes);
  }
}

/** Throws for anything that is not one op 26 frame with a dictionary in it. */
function readFrame(bytes: Uint8Array): Dictionary {
  const { frames, ok } = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  const [frame] = frames;
  if (!ok || frames.length !== 1 || frame?.op !== OPERATION.dictionary || frame.ver !== BODY_VER.brotli) {
    throw new RangeError('not one op 26 frame');
  }
  const read = parseDictionary(brotliDecompressSync(frame.body, { maxOutputLength: MAX_DICTIONARY_BYTES }));
  if (read === undefined) throw new RangeError('no dictionary in it');
  return read;
}
