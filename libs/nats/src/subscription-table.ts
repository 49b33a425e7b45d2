import type { Link, LinkMessage } from './link.ts';

export interface TableEntry {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly onMessage: (message: LinkMessage) => void;
}

interface LiveEntry extends TableEntry {
  isWanted: boolean;
  cancel: (() => void) | undefined;
}

/**
 * The subscriptions that are wanted, whatever link there is: asks each new link for all of them. Several entries may have
 * the same subject; each is asked for on its own, so that each gets every message.
 */
export class SubscriptionTable {
  readonly #entries = new Set<LiveEntry>();
  #link: Link | undefined;

  get size(): number {
    return this.#entries.size;
  }

  /** From now on entries live on this link; those there are, are asked for at once. */
  attach(link: Link): void {
    this.#link = link;
    for (const entry of this.#entries) entry.cancel = subscribeOn(link, entry);
  }

  /** The link is gone, and its subscriptions with it. */
  detach(): void {
    this.#link = undefined;
    for (const entry of this.#entries) entry.cancel = undefined;
  }

  /** Adds a subscription; the returned function removes it: no message reaches `onMessage` after that. Idempotent. */
  add(wanted: TableEntry): () => void {
    const entry: LiveEntry = { ...wanted, isWanted: true, cancel: undefined };
    this.#entries.add(entry);
    if (this.#link !== undefined) entry.cancel = subscribeOn(this.#link, entry);
    return () => {
      if (!entry.isWanted) return;
      entry.isWanted = false;
      this.#entries.delete(entry);
      entry.cancel?.();
    };
  }
}

function subscribeOn(link: Link, entry: LiveEntry): () => void {
  return link.subscribe(entry.subject, entry.queue, (message) => {
    if (entry.isWanted) entry.onMessage(message);
  });
}
