import type { Encoding } from '@longwire/domain';
import { ENCODINGS } from '@longwire/domain';

/**
 * Which bytes of a batch a connection gets: one slot per encoding and way of framing, so that a fan-out finds its
 * buffer by one array index. Even slots are for streams, odd ones hold whole WebSocket messages.
 */
export type Slot = number;

/** The two slots of plain bytes come first: express messages use no others. */
export const SLOT_COUNT = ENCODINGS.length * 2;

const BROTLI_INDEX = ENCODINGS.indexOf('brotli');
const DICTIONARY_INDEX = ENCODINGS.indexOf('dictionary');

export function slotOf(encoding: Encoding, isMessageFramed: boolean): Slot {
  return ENCODINGS.indexOf(encoding) * 2 + (isMessageFramed ? 1 : 0);
}

/** Index of the slot's encoding in ENCODINGS. */
export function encodingIndexOf(slot: Slot): number {
  return slot >> 1;
}

/** The slot of plain bytes that are framed the same way. */
export function plainSlotOf(slot: Slot): Slot {
  return slot & 1;
}

/** The slot for one who takes dictionaries and has not got the right one: brotli without. Others keep theirs. */
export function withoutDictionary(slot: Slot): Slot {
  return encodingIndexOf(slot) === DICTIONARY_INDEX ? BROTLI_INDEX * 2 + plainSlotOf(slot) : slot;
}

export function isMessageSlot(slot: Slot): boolean {
  return (slot & 1) === 1;
}
