/** Bytes gathered until they are enough: doubling, so that a client that sends single bytes costs no more than others. */
export class GrowingBytes {
  #bytes: Buffer;
  #length: number;

  /** Copies `first`, which the caller may reuse. */
  constructor(first: Buffer) {
    this.#bytes = Buffer.from(first);
    this.#length = first.length;
  }

  /** Returns all that was gathered, in place: valid until the next call. */
  add(more: Buffer): Buffer {
    const length = this.#length + more.length;
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    more.copy(this.#bytes, this.#length);
    this.#length = length;
    return this.all;
  }

  get all(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}
