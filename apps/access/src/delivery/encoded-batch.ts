import type { Encoding } from '@longwire/domain';
import { ENCODINGS } from '@longwire/domain';
import { asBuffer } from '@longwire/runtime';
import { buildWsFrame } from '@longwire/wire';
import type { NodeDictionary } from '../dictionary/node-dictionary.ts';
import type { FanOutBatch } from '../room/fan-out.ts';
import { decodeToPlain, encodePlain } from './recode.ts';
import type { Slot } from './slot.ts';
import { encodingIndexOf, isMessageSlot, SLOT_COUNT, withoutDictionary } from './slot.ts';

/** Called when an encoding had to be made here because it did not come along. */
export type OnRecoded = (encoding: Encoding) => void;

/** One of the encodings a batch came in. */
export interface WireEncoding {
  readonly encoding: number;
  readonly frames: Uint8Array;
  /** What it goes on from, where it is the encoding of that name. One without is as if it had not come. */
  readonly dictionary?: NodeDictionary | undefined;
}

const NO_FRAMES: readonly undefined[] = ENCODINGS.map(() => undefined);
const NO_SLOTS: readonly undefined[] = Array.from({ length: SLOT_COUNT }, () => undefined);
const DICTIONARY_INDEX = ENCODINGS.indexOf('dictionary');

/**
 * The bytes of one batch, one buffer per encoding and way of framing, each made when the first member asks for it and
 * then shared by all. Made once per batch, without a closure: guarded by the micro bench `receive-batches`.
 */
export class EncodedBatch implements FanOutBatch {
  readonly #frames: (Uint8Array | undefined)[];
  /** What one of its encodings goes on from. */
  readonly dictionary: NodeDictionary | undefined;
  readonly #slots: (Uint8Array | null | undefined)[] = [...NO_SLOTS];
  readonly #onRecoded: OnRecoded;

  private constructor(frames: (Uint8Array | undefined)[], onRecoded: OnRecoded, dictionary?: NodeDictionary) {
    this.#frames = frames;
    this.#onRecoded = onRecoded;
    this.dictionary = dictionary;
  }

  /** A batch as it came over the bus, in at least one encoding. */
  static of(encodings: readonly WireEncoding[], onRecoded: OnRecoded): EncodedBatch {
    const frames: (Uint8Array | undefined)[] = [...NO_FRAMES];
    let dictionary: NodeDictionary | undefined;
    for (const each of encodings) {
      const index = indexOfBit(each.encoding);
      if (index === DICTIONARY_INDEX && each.dictionary === undefined) continue;
      if (index < NO_FRAMES.length) frames[index] ??= each.frames;
      dictionary ??= each.dictionary;
    }
    return new EncodedBatch(frames, onRecoded, dictionary);
  }

  /** Plain frames alone, from which other encodings are made when they are asked for. */
  static ofPlain(plain: Uint8Array, onRecoded: OnRecoded): EncodedBatch {
    return new EncodedBatch([plain, undefined, undefined, undefined], onRecoded);
  }

  /** Of the encodings it has so far. */
  get sizeBytes(): number {
    return this.#frames.reduce((sum, frames) => sum + (frames?.length ?? 0), 0);
  }

  /** Can it be given in each of these encodings, a sum of ENCODING_BITS? Those that did not come along are made. */
  isReadableIn(bits: number): boolean {
    return ENCODINGS.every((_, index) => (bits & (1 << index)) === 0 || this.#framesOf(index) !== null);
  }

  /** The slot whose buffer a member gets: its own, but for one who was not sent the dictionary of this batch. */
  slotOf(member: { readonly slot: Slot }): Slot {
    const lacking = this.dictionary?.lacking;
    if (lacking === undefined || lacking.size === 0) return member.slot;
    return lacking.has(member) ? withoutDictionary(member.slot) : member.slot;
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
    // Only the room's owner compresses against a dictionary; who takes one reads brotli as well.
    if (encoding === 'dictionary') return this.#framesOf(ENCODINGS.indexOf('brotli'));
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
        const decoded = this.#decode(frames, encoding);
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

  #decode(frames: Uint8Array, encoding: Encoding): Uint8Array {
    if (encoding !== 'dictionary') return decodeToPlain(frames, encoding);
    if (this.dictionary === undefined) throw new RangeError('there is no dictionary');
    return this.dictionary.decode(frames);
  }
}

/** Where an encoding of the bus is in ENCODINGS; beyond its end for what is none. */
function indexOfBit(bit: number): number {
  return bit > 0 && (bit & (bit - 1)) === 0 ? 31 - Math.clz32(bit) : ENCODINGS.length;
}
