import type { Message } from '../message.ts';
import type { Listener, Mailbox } from './mailbox.ts';

const REMEMBERED_IDS = 1_000;
/** Messages with an id that handlers have not taken yet; what comes above that is not acked and so comes again. */
export const MAX_UNTAKEN_MESSAGES = 500;
export const MAX_UNTAKEN_BYTES = 4 * 1024 * 1024;

export interface InboxPorts {
  readonly mailbox: Mailbox;
  readonly ack: (id: string) => void;
  /** A message was turned away because too many wait. `isLost`: it will not come again. */
  readonly onShed: (isLost: boolean) => void;
}

/**
 * Exactly once by id, across connections: a copy is never handed on, and is acked again when the first one was taken, for
 * the ack may have been lost. A message that a handler failed to take is not acked, so it comes again, to that handler.
 */
export class Inbox {
  readonly #ports: InboxPorts;
  /** The newest ids, oldest first. */
  readonly #taken = new Set<string>();
  /** Undefined while its handlers are at it, else those that failed. */
  readonly #untaken = new Map<string | symbol, readonly Listener[] | undefined>();
  #untakenBytes = 0;

  constructor(ports: InboxPorts) {
    this.#ports = ports;
  }

  take(message: Message, { wantsAck, sizeBytes }: { readonly wantsAck: boolean; readonly sizeBytes: number }): void {
    const { mailbox, ack, onShed } = this.#ports;
    // Without an id there is no copy to tell; the bounds hold all the same.
    const id = message.id ?? Symbol();
    if (typeof id === 'string' && this.#taken.has(id)) {
      if (wantsAck) ack(id);
      return;
    }
    const failedBefore = this.#untaken.get(id);
    if (failedBefore === undefined) {
      if (this.#untaken.has(id)) return;
      if (this.#untaken.size >= MAX_UNTAKEN_MESSAGES) this.#forgetFailed();
      if (this.#untaken.size >= MAX_UNTAKEN_MESSAGES || this.#untakenBytes + sizeBytes > MAX_UNTAKEN_BYTES) {
        return onShed(!wantsAck);
      }
    }
    this.#untaken.set(id, undefined);
    this.#untakenBytes += sizeBytes;
    const done = (failed: readonly Listener[]): void => {
      this.#untakenBytes -= sizeBytes;
      if (failed.length > 0 && wantsAck) {
        this.#untaken.set(id, failed);
        return;
      }
      this.#untaken.delete(id);
      if (typeof id === 'symbol') return;
      this.#remember(id);
      if (wantsAck) ack(id);
    };
    mailbox.offer(message, done, failedBefore);
  }

  #remember(id: string): void {
    const [oldest] = this.#taken.add(id);
    if (oldest !== undefined && this.#taken.size > REMEMBERED_IDS) this.#taken.delete(oldest);
  }

  /** Failed ones whose copy never came (their time to live was over) make room. */
  #forgetFailed(): void {
    for (const [id, failed] of this.#untaken) if (failed !== undefined) this.#untaken.delete(id);
  }
}
