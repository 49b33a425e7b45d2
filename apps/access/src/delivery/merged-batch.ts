import type { FanOutBatch } from '../room/fan-out.ts';
import type { EncodedBatch } from './encoded-batch.ts';
import type { Slot } from './slot.ts';

/**
 * Several batches of a room in one write: the bytes of each, one behind the other, so that a client reads what it would
 * read if they had been written one by one. A viewer costs one write for all of them.
 */
export class MergedBatch implements FanOutBatch {
  readonly #parts: readonly EncodedBatch[];
  /** The one that knows who lacks the dictionary of all that have one. */
  readonly #judge: FanOutBatch;
  readonly #slots = new Map<Slot, Uint8Array>();

  /** As many from the front, at least one, as can go together: see {@link mergeable}. */
  constructor(parts: readonly [EncodedBatch, ...EncodedBatch[]]) {
    this.#parts = parts;
    this.#judge = parts.find(({ dictionary }) => dictionary !== undefined) ?? parts[0];
  }

  slotOf(member: { readonly slot: Slot }): Slot {
    return this.#judge.slotOf(member);
  }

  bytesOf(slot: Slot): Uint8Array {
    const ready = this.#slots.get(slot);
    if (ready !== undefined) return ready;
    const made = Buffer.concat(this.#parts.flatMap((part) => part.bytesOf(slot) ?? []));
    this.#slots.set(slot, made);
    return made;
  }
}

/**
 * How many batches from the front can be merged: those against no dictionary or the same one, which all can be read in
 * every encoding that is needed. At least one, whatever it is.
 */
export function mergeable(batches: readonly EncodedBatch[], needs: number): number {
  const first = batches[0];
  if (first === undefined || batches.length === 1 || !first.isReadableIn(needs)) return Math.min(1, batches.length);
  let { dictionary } = first;
  let count = 1;
  for (const batch of batches.slice(1)) {
    const isOther = dictionary !== undefined && batch.dictionary !== undefined && batch.dictionary !== dictionary;
    if (isOther || !batch.isReadableIn(needs)) break;
    dictionary ??= batch.dictionary;
    count += 1;
  }
  return count;
}
