import type { Subscription } from '@longwire/domain';
import type { Link, LinkMessage, LinkSubscription } from './link.ts';

export interface TableEntry {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly onMessage: (message: LinkMessage) => void;
}

interface LiveEntry extends TableEntry {
  isWanted: boolean;
  live: LinkSubscription | undefined;
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
    for (const entry of this.#entries) entry.live = subscribeOn(link, entry);
  }

  /** The link is gone, and its subscriptions with it. */
  detach(): void {
    this.#link = undefined;
    for (const entry of this.#entries) entry.live = undefined;
  }

  /** Adds a subscription. */
  add(wanted: TableEntry): Subscription {
    const entry: LiveEntry = { ...wanted, isWanted: true, live: undefined };
    this.#entries.add(entry);
    if (this.#link !== undefined) entry.live = subscribeOn(this.#link, entry);
    const unsubscribe = (): void => {
      if (!entry.isWanted) return;
      entry.isWanted = false;
      this.#entries.delete(entry);
      entry.live?.cancel();
    };
    const drain = async (): Promise<void> => {
      // No new link is asked for it any more.
      this.#entries.delete(entry);
      await entry.live?.drain();
      unsubscribe();
    };
    return { unsubscribe, drain };
  }
}

function subscribeOn(link: Link, entry: LiveEntry): LinkSubscription {
  return link.subscribe(entry.subject, entry.queue, (message) => {
    if (entry.isWanted) entry.onMessage(message);
  });
}
