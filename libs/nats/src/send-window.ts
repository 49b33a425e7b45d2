/**
 * Bounds the bytes that were written and are not known to be on the server, which covers every buffer on the way: the
 * client's, Node's and the kernel's. The proof that bytes arrived is a round trip begun after them (`probe`), one for
 * each quarter of the window, so a stopped server closes the window and a fast one never notices it.
 */
export class SendWindow {
  readonly #maxBytes: number;
  readonly #probe: () => Promise<boolean>;
  /** Written, and not covered by a probe that has come back. */
  #pendingBytes = 0;
  /** The part of {@link #pendingBytes} that no probe covers yet. */
  #unprobedBytes = 0;

  constructor(maxBytes: number, probe: () => Promise<boolean>) {
    this.#maxBytes = maxBytes;
    this.#probe = probe;
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Is there room for this many bytes? An empty window takes anything. */
  hasRoom(sizeBytes: number): boolean {
    return this.#pendingBytes === 0 || this.#pendingBytes + sizeBytes <= this.#maxBytes;
  }

  /** Counts bytes that were just written. */
  add(sizeBytes: number): void {
    this.#pendingBytes += sizeBytes;
    this.#unprobedBytes += sizeBytes;
    if (this.#unprobedBytes * 4 >= this.#maxBytes) this.settle();
  }

  /** Sends a probe for what none covers yet. Called now and then too, so that a trickle is settled as well. */
  settle(): void {
    const coveredBytes = this.#unprobedBytes;
    if (coveredBytes === 0) return;
    this.#unprobedBytes = 0;
    void this.#probe().then((hasArrived) => {
      if (hasArrived) this.#pendingBytes -= coveredBytes;
    });
  }
}
