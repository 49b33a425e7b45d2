import { isAfter } from './position.ts';
import type { Placed } from './position.ts';

/** Messages held back, in order and each once, up to a number of bytes: what does not fit is dropped, and is a hole later. */
export class Held<M extends Placed> {
  readonly #maxBytes: number;
  #messages: M[] = [];
  #sizeBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(message: M): void {
    // From the end: most come in order.
    const at = this.#messages.findLastIndex((before) => !isAfter(before, message));
    const before = this.#messages[at];
    const isCopy = before !== undefined && !isAfter(message, before);
    if (isCopy || this.#sizeBytes + message.sizeBytes > this.#maxBytes) return;
    this.#messages.splice(at + 1, 0, message);
    this.#sizeBytes += message.sizeBytes;
  }

  first(): M | undefined {
    return this.#messages[0];
  }

  dropFirst(): void {
    this.#sizeBytes -= this.#messages.shift()?.sizeBytes ?? 0;
  }

  takeAll(): readonly M[] {
    this.#sizeBytes = 0;
    return this.#messages.splice(0);
  }
}
