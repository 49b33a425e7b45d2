import type { MessageId, RoomId } from './ids.ts';

/** What the platform adds to a delivered object, as its field `lw`. */
export type LwField =
  | { readonly id: MessageId; readonly ack: boolean }
  | { readonly room: RoomId; readonly seq: number; readonly epoch: number }
  | { readonly id: MessageId };

const encoder = new TextEncoder();
const CLOSING_BRACE = 0x7d;

/**
 * Returns the payload with the field `lw` added as its last one, in one copy and without parsing it.
 * `payload` is the UTF-8 text of a JSON object with at least one field and no white space around it.
 */
export function withLwField(payload: Uint8Array, lw: LwField): Uint8Array {
  const tail = encoder.encode(`,"lw":${JSON.stringify(lw)}}`);
  const last = payload.length - 1;
  if (payload[last] !== CLOSING_BRACE) throw new RangeError('payload is not the text of a JSON object');
  const out = new Uint8Array(last + tail.length);
  out.set(payload.subarray(0, last), 0);
  out.set(tail, last);
  return out;
}
