/** Taken items in front before the array is cut: cheaper than a shift of the whole array each time. */
const COMPACT_AT = 32;

/** First in, first out, of byte buffers that it does not copy; knows its size in bytes. */
export class ByteQueue {
  #items: Uint8Array[] = [];
  #head = 0;
  #sizeBytes = 0;

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  push(bytes: Uint8Array): void {
    this.#items.push(bytes);
    this.#sizeBytes += bytes.length;
  }

  shift(): Uint8Array | undefined {
    const bytes = this.#items[this.#head];
    if (bytes === undefined) return undefined;
    this.#head += 1;
    this.#sizeBytes -= bytes.length;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return bytes;
  }
}
