import type { Encoding } from '@longwire/domain';
import { ENCODING_BITS, ENCODINGS } from '@longwire/domain';
import { asBuffer } from '@longwire/runtime';
import { buildWsFrame } from '@longwire/wire';
import { decodeToPlain, encodePlain } from './recode.ts';
import type { Slot } from './slot.ts';
import { encodingIndexOf, isMessageSlot, SLOT_COUNT } from './slot.ts';

/** Called when an encoding had to be made here because it did not come along. */
export type OnRecoded = (encoding: Encoding) => void;

/** One of the encodings a batch came in. */
export interface WireEncoding {
  readonly encoding: number;
  readonly frames: Uint8Array;
}

/**
 * The bytes of one batch, one buffer per encoding and way of framing, each made when the first member asks for it and
 * then shared by all.
 */
export class EncodedBatch {
  readonly #frames: (Uint8Array | undefined)[];
  readonly #slots: (Uint8Array | null | undefined)[] = Array.from({ length: SLOT_COUNT });
  readonly #onRecoded: OnRecoded;

  private constructor(frames: (Uint8Array | undefined)[], onRecoded: OnRecoded) {
    this.#frames = frames;
    this.#onRecoded = onRecoded;
  }

  /** A batch as it came over the bus, in at least one encoding. */
  static of(encodings: readonly WireEncoding[], onRecoded: OnRecoded): EncodedBatch {
    const frames: (Uint8Array | undefined)[] = [undefined, undefined, undefined];
    for (const [index, encoding] of ENCODINGS.entries()) {
      frames[index] = encodings.find((found) => found.encoding === ENCODING_BITS[encoding])?.frames;
    }
    return new EncodedBatch(frames, onRecoded);
  }

  /** Plain frames alone, from which other encodings are made when they are asked for. */
  static ofPlain(plain: Uint8Array, onRecoded: OnRecoded): EncodedBatch {
    return new EncodedBatch([plain, undefined, undefined], onRecoded);
  }

  /** The buffer for a slot; null when nothing in the batch can be read. Never throws. */
  bytesOf(slot: Slot): Uint8Array | null {
    const ready = this.#slots[slot];
    if (ready !== undefined) return ready;
    const frames = this.#framesOf(encodingIndexOf(slot));
    const bytes = frames !== null && isMessageSlot(slot) ? buildWsFrame(frames) : frames;
    // A stream wraps any other Uint8Array anew at each write: about 5% of what a write costs. Measured by bench fan-out.
    const shared = bytes === null ? null : asBuffer(bytes);
    this.#slots[slot] = shared;
    return shared;
  }

  #framesOf(index: number): Uint8Array | null {
    const came = this.#frames[index];
    if (came !== undefined) return came;
    const encoding = ENCODINGS[index];
    const plain = this.#plain();
    if (plain === null || encoding === undefined) return null;
    const made = encodePlain(plain, encoding);
    this.#frames[index] = made;
    if (encoding !== 'plain') this.#onRecoded(encoding);
    return made;
  }

  #plain(): Uint8Array | null {
    const [plain] = this.#frames;
    if (plain !== undefined) return plain;
    for (const [index, encoding] of ENCODINGS.entries()) {
      const frames = this.#frames[index];
      if (frames === undefined) continue;
      try {
        const decoded = decodeToPlain(frames, encoding);
        this.#frames[0] = decoded;
        this.#onRecoded('plain');
        return decoded;
      } catch {
        // Damaged on the way: another encoding may be whole; when none is, the caller counts the batch as unreadable.
        continue;
      }
    }
    return null;
  }
}
