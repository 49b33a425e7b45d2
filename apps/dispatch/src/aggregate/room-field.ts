import type { RoomId } from '@longwire/domain';

const CLOSING_BRACE = 0x7d;
const ZERO = 0x30;

/**
 * The field `lw` that one room's messages end in, within one epoch: all of it but the seq is the same each time. Writes what
 * `withLwField` of domain makes, without a string or a buffer per message.
 */
export class RoomField {
  readonly epoch: number;
  readonly #head: Buffer;
  readonly #end: Buffer;

  constructor(roomId: RoomId, epoch: number) {
    this.epoch = epoch;
    // Ids and numbers are ASCII and need no escape.
    this.#head = Buffer.from(`,"lw":{"room":"${roomId}","seq":`, 'latin1');
    this.#end = Buffer.from(`,"epoch":${epoch}}}`, 'latin1');
  }

  /** Bytes of the payload together with the field. */
  sizeOf(payload: Uint8Array, seq: number): number {
    return payload.length - 1 + this.#head.length + digitsOf(seq) + this.#end.length;
  }

  /** Writes payload and field at `offset`, where there is room for {@link sizeOf}. */
  write(target: Uint8Array, offset: number, { payload, seq }: { payload: Uint8Array; seq: number }): void {
    target.set(payload, offset);
    // Over the payload's closing brace: the field has its own.
    const digitsAt = offset + payload.length - 1 + this.#head.length;
    target.set(this.#head, digitsAt - this.#head.length);
    const endAt = digitsAt + digitsOf(seq);
    for (let at = endAt - 1, rest = seq; at >= digitsAt; at -= 1) {
      target[at] = ZERO + (rest % 10);
      rest = Math.floor(rest / 10);
    }
    target.set(this.#end, endAt);
  }
}

/** True for what can take a field: it ends as the text of a JSON object does. */
export function canTakeField(payload: Uint8Array): boolean {
  return payload[payload.length - 1] === CLOSING_BRACE;
}

function digitsOf(seq: number): number {
  let digits = 1;
  for (let bound = 10; seq >= bound; bound *= 10) digits += 1;
  return digits;
}
