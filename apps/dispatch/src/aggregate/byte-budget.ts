/** Of all bytes, what buffers may take that busy rooms keep for their next window. */
const KEPT_SHARE = 1 / 8;

/**
 * Counts the bytes of this process's rooms: frames that wait, and buffers kept between two windows. What was taken must be
 * given back once, what was kept be let go of once. Frames in a kept buffer count in both: the sum is never too low.
 */
export class ByteBudget {
  readonly #maxBytes: number;
  #usedBytes = 0;
  #keptBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Of frames that were taken and have not left. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Of kept buffers: an eighth of all at most. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** What counts against the bound of the process. */
  get heldBytes(): number {
    return this.#usedBytes + this.#keptBytes;
  }

  take(sizeBytes: number): void {
    this.#usedBytes += sizeBytes;
  }

  giveBack(sizeBytes: number): void {
    this.#usedBytes -= sizeBytes;
  }

  /** False: there is no room for it, and nothing was counted. */
  keep(sizeBytes: number): boolean {
    const isRoom =
      this.#keptBytes + sizeBytes <= this.#maxBytes * KEPT_SHARE && this.heldBytes + sizeBytes <= this.#maxBytes;
    if (isRoom) this.#keptBytes += sizeBytes;
    return isRoom;
  }

  letGo(sizeBytes: number): void {
    this.#keptBytes -= sizeBytes;
  }
}
