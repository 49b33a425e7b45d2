import { BODY_VER, HEADER_BYTES, OPERATION, writeHeader } from '@longwire/wire';
import type { ByteBudget } from './byte-budget.ts';
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
 * costs one copy of its payload. The buffer is kept for the next run when the budget has room for it, and counted there
 * until it is let go of. Guarded by the micro bench `take-pushes`.
 */
export class FrameRun {
  readonly #budget: Pick<ByteBudget, 'keep' | 'letGo'>;
  #bytes: Buffer<ArrayBuffer> = NOTHING;
  #view = NO_VIEW;
  #sizeBytes = 0;
  #count = 0;
  /** As the budget counts it. */
  #keptBytes = 0;

  constructor(budget: Pick<ByteBudget, 'keep' | 'letGo'>) {
    this.#budget = budget;
  }

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
    const isWorth = this.#bytes.length <= KEPT_BYTES && this.#sizeBytes >= LEAST_USED * this.#bytes.length;
    if (isWhole || !isWorth || !this.#keep()) this.letGo();
    this.#sizeBytes = 0;
    this.#count = 0;
    return frames;
  }

  /** Gives the buffer up, and what is in it. */
  letGo(): void {
    this.#use(NOTHING);
    this.#sizeBytes = 0;
    this.#count = 0;
  }

  /** Whether the buffer may stay; one that was kept before does. */
  #keep(): boolean {
    if (this.#keptBytes === 0 && this.#budget.keep(this.#bytes.length)) this.#keptBytes = this.#bytes.length;
    return this.#keptBytes > 0;
  }

  #grow(neededBytes: number): void {
    // The first message of a quiet room leaves alone: its buffer is of its size, and is handed on as it is.
    const grownBytes = this.#count === 0 ? neededBytes : Math.max(FIRST_BYTES, 2 * this.#bytes.length, neededBytes);
    const grown = Buffer.allocUnsafeSlow(grownBytes);
    grown.set(this.#bytes.subarray(0, this.#sizeBytes));
    this.#use(grown);
  }

  /** Another buffer from here on: the one before is kept no longer. */
  #use(bytes: Buffer<ArrayBuffer>): void {
    this.#budget.letGo(this.#keptBytes);
    this.#keptBytes = 0;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
}
