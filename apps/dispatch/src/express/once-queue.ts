import type { Clock, Timer } from '@longwire/domain';
import type { ExpressSender } from './express-sender.ts';
import type { Delivery } from './outgoing.ts';

export interface OnceQueueLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
  /** How long a message may wait for logic to answer. */
  readonly giveUpMs: number;
}

export interface OnceQueueOptions {
  readonly sender: Pick<ExpressSender, 'deliver'>;
  readonly clock: Clock;
  readonly limits: OnceQueueLimits;
  readonly onFault: (fault: unknown) => void;
  readonly onDropped: (deliveries: number) => void;
}

const RETRY_EVERY_MS = 250;

/**
 * Messages to users and devices that are not in the store: sent once their addressees are known. While logic cannot be
 * asked they are tried again for up to `giveUpMs`, then dropped and counted. Bounded by number and bytes.
 */
export class OnceQueue {
  readonly #options: OnceQueueOptions;
  readonly #waits = new Map<Timer, () => void>();
  readonly #running = new Set<Promise<void>>();
  #waitingBytes = 0;
  #isStopped = false;

  constructor(options: OnceQueueOptions) {
    this.#options = options;
  }

  /** Messages under way. */
  get size(): number {
    return this.#running.size;
  }

  /** Payload bytes of these. */
  get sizeBytes(): number {
    return this.#waitingBytes;
  }

  /** Takes one message with its deliveries, or refuses it: the queue is full or stopped. */
  offer(deliveries: readonly Delivery[]): boolean {
    const { maxMessages, maxBytes } = this.#options.limits;
    const bytes = deliveries[0]?.message.payload.length ?? 0;
    if (this.#isStopped || this.#running.size >= maxMessages || this.#waitingBytes + bytes > maxBytes) return false;
    this.#waitingBytes += bytes;
    const work = this.#deliver(deliveries);
    this.#running.add(work);
    void work.finally(() => {
      this.#running.delete(work);
      this.#waitingBytes -= bytes;
    });
    return true;
  }

  /** Resolves when all that was taken is sent or dropped. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Takes nothing more and ends the waits: what could not be sent by now gets its last try at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const [timer, wake] of this.#waits) {
      timer.cancel();
      wake();
    }
    this.#waits.clear();
    await this.settled();
  }

  async #deliver(deliveries: readonly Delivery[]): Promise<void> {
    const { sender, clock, limits, onFault, onDropped } = this.#options;
    const giveUpAtMs = clock.monotonic() + limits.giveUpMs;
    for (;;) {
      try {
        await sender.deliver(deliveries);
        return;
      } catch (fault) {
        onFault(fault);
      }
      if (this.#isStopped || clock.monotonic() + RETRY_EVERY_MS > giveUpAtMs) break;
      await this.#wait();
    }
    onDropped(deliveries.length);
  }

  #wait(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(RETRY_EVERY_MS, () => {
        this.#waits.delete(timer);
        resolve();
      });
      this.#waits.set(timer, resolve);
    });
  }
}
