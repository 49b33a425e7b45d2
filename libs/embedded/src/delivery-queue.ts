interface Delivery {
  readonly sizeBytes: number;
  readonly run: () => void;
}

/** Deliveries in one go before timers and sockets get their turn. */
const MAX_PER_TURN = 1000;

/**
 * Runs deliveries in the order they were offered, after the offering code has ended its turn; bounded by the bytes that
 * wait. A delivery must not throw.
 */
export class DeliveryQueue {
  readonly #maxPendingBytes: number;
  #waiting: Delivery[] = [];
  #pendingBytes = 0;
  #isScheduled = false;
  #onDrained: (() => void)[] = [];
  readonly #markers = new Set<() => void>();

  constructor(maxPendingBytes: number) {
    this.#maxPendingBytes = maxPendingBytes;
  }

  /** False when the bound is reached: it will not run. */
  offer(sizeBytes: number, run: () => void): boolean {
    if (this.#pendingBytes + sizeBytes > this.#maxPendingBytes) return false;
    this.#pendingBytes += sizeBytes;
    this.#waiting.push({ sizeBytes, run });
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => this.#drain());
    }
    return true;
  }

  /** Resolves when all that was offered so far has run or was cleared. */
  drained(): Promise<void> {
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onDrained.push(resolve));
  }

  /** Resolves when all that was offered before this call has run or was cleared; what is offered later may still wait. */
  passed(): Promise<void> {
    return new Promise((resolve) => {
      this.#markers.add(resolve);
      // A marker takes no bytes, so there is always room for it.
      this.offer(0, () => this.#pass(resolve));
    });
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#waiting = [];
    this.#pendingBytes = 0;
    for (const resolve of this.#markers) this.#pass(resolve);
    this.#announceDrained();
  }

  #pass(resolve: () => void): void {
    this.#markers.delete(resolve);
    resolve();
  }

  #drain(): void {
    for (let count = 0; count < MAX_PER_TURN && this.#waiting.length > 0;) {
      const turn = this.#waiting.splice(0, MAX_PER_TURN - count);
      count += turn.length;
      for (const { sizeBytes, run } of turn) {
        this.#pendingBytes = Math.max(0, this.#pendingBytes - sizeBytes);
        run();
      }
    }
    this.#isScheduled = this.#waiting.length > 0;
    if (this.#isScheduled) setImmediate(() => this.#drain());
    else this.#announceDrained();
  }

  #announceDrained(): void {
    const waiting = this.#onDrained;
    this.#onDrained = [];
    for (const resolve of waiting) resolve();
  }
}
