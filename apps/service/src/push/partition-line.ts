import type { Clock } from '@longwire/domain';

/** A gathering that brings fewer than this is not worth its wait. */
const WORTH_MESSAGES = 3;
/** After one that was not: who pushes one by one and waits for each answer is not held up again so soon. */
const REST_MS = 1000;
/** No message for so many mean gaps: whoever pushes is waiting for answers. */
const STALL_GAPS = 3;

/**
 * What waits for one partition, and how long it may gather before it is handed over: messages of busy rooms wait for
 * others of their kind, at most `gatherMs` from the first, since each request costs two processes and the bus a wake-up.
 * One message of a quiet room, or a full batch, ends the wait. Guarded by the benches `barrage` and `bytes`.
 */
export class PartitionLine<Entry> {
  /** Taken from the front by the owner. */
  readonly queue: Entry[] = [];
  readonly #clock: Clock;
  readonly #gatherMs: number;
  readonly #maxMessages: number;
  #firstAtMs = 0;
  #lastAtMs = 0;
  #gapMs = 0;
  #isUrgent = false;
  #restUntilMs = 0;
  #wake: (() => void) | null = null;

  constructor({ clock, gatherMs, maxMessages }: { clock: Clock; gatherMs: number; maxMessages: number }) {
    this.#clock = clock;
    this.#gatherMs = gatherMs;
    this.#maxMessages = maxMessages;
  }

  /** `gapMs` is the mean time between messages of its room. */
  add(entry: Entry, gapMs: number): void {
    this.#lastAtMs = this.#clock.monotonic();
    if (this.queue.length === 0) this.#firstAtMs = this.#lastAtMs;
    this.#gapMs = gapMs;
    this.queue.push(entry);
    // Half of it leaves place for gaps that vary: a room that is just busy enough is not judged anew each time.
    if (gapMs > this.#gatherMs / 2) this.#isUrgent = true;
    if (this.#isUrgent || this.queue.length >= this.#maxMessages) this.#wake?.();
  }

  /** Resolves when what is queued should leave. */
  async gathered(): Promise<void> {
    let hasWaited = false;
    for (let waitMs = this.#waitMs(); waitMs > 0; waitMs = this.#waitMs()) {
      hasWaited = true;
      await this.#pause(waitMs);
    }
    if (hasWaited && this.queue.length < WORTH_MESSAGES) this.#restUntilMs = this.#clock.monotonic() + REST_MS;
    this.#isUrgent = false;
  }

  /** What was left behind by a full batch leaves with the next, at once. */
  noteLeftBehind(): void {
    this.#isUrgent = this.queue.length > 0;
  }

  #waitMs(): number {
    const nowMs = this.#clock.monotonic();
    if (this.#isUrgent || nowMs < this.#restUntilMs || this.queue.length >= this.#maxMessages) return 0;
    return Math.min(this.#firstAtMs + this.#gatherMs, this.#lastAtMs + STALL_GAPS * this.#gapMs) - nowMs;
  }

  async #pause(waitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(waitMs, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
    this.#wake = null;
  }
}
