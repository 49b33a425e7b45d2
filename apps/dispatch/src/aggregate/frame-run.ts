import { BODY_VER, HEADER_BYTES, OPERATION, writeHeader } from '@longwire/wire';
import type { RoomField } from './room-field.ts';

const FIRST_BYTES = 1024;
/** A larger buffer is let go of with what was in it, and so is one that was mostly empty: rooms go quiet. */
const KEPT_BYTES = 32 * 1024;
const LEAST_USED = 0.25;
const NOTHING = Buffer.alloc(0);
const NO_VIEW = new DataView(NOTHING.buffer, 0, 0);

/** One message that is to become a frame. */
export interface FramedMessage {
  readonly payload: Uint8Array;
  readonly seq: number;
  readonly field: RoomField;
}

/** Bytes that a message takes as a frame. */
export function frameBytesOf({ field, payload, seq }: FramedMessage): number {
  return HEADER_BYTES + field.sizeOf(payload, seq);
}

/**
 * Plain frames, written one behind the other into one buffer that grows: what a window gathers is the batch. A message
 * costs one copy of its payload. Guarded by the micro bench `take-pushes`.
 */
export class FrameRun {
  #bytes: Buffer<ArrayBuffer> = NOTHING;
  #view = NO_VIEW;
  #sizeBytes = 0;
  #count = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Memory it holds: 1 KiB or twice what it has gathered at most; between two runs 32 KiB and four times what was taken. */
  get capacityBytes(): number {
    return this.#bytes.length;
  }

  get count(): number {
    return this.#count;
  }

  add(message: FramedMessage): void {
    const packLen = frameBytesOf(message);
    const offset = this.#sizeBytes;
    if (offset + packLen > this.#bytes.length) this.#grow(offset + packLen);
    writeHeader(this.#view, offset, { packLen, ver: BODY_VER.json, op: OPERATION.message, seq: 0 });
    message.field.write(this.#bytes, offset + HEADER_BYTES, message);
    this.#sizeBytes = offset + packLen;
    this.#count += 1;
  }

  /** Returns the frames in a buffer of their own size, and begins anew. */
  take(): Buffer {
    const used = this.#bytes.subarray(0, this.#sizeBytes);
    const isWhole = this.#sizeBytes === this.#bytes.length;
    const frames = isWhole ? used : Buffer.from(used);
    const isKept = this.#bytes.length <= KEPT_BYTES && this.#sizeBytes >= LEAST_USED * this.#bytes.length;
    if (isWhole || !isKept) this.#use(NOTHING);
    this.#sizeBytes = 0;
    this.#count = 0;
    return frames;
  }

  #grow(neededBytes: number): void {
    // The first message of a quiet room leaves alone: its buffer is of its size, and is handed on as it is.
    const grownBytes = this.#count === 0 ? neededBytes : Math.max(FIRST_BYTES, 2 * this.#bytes.length, neededBytes);
    const grown = Buffer.allocUnsafeSlow(grownBytes);
    grown.set(this.#bytes.subarray(0, this.#sizeBytes));
    this.#use(grown);
  }

  #use(bytes: Buffer<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
