import type { Link, LinkMessage, LinkSubscription } from './link.ts';

interface FakeSubscription {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly onMessage: (message: LinkMessage) => void;
}

/** A {@link Link} for tests: remembers what it was asked, and loses itself when told. */
export class FakeLink implements Link {
  readonly inbox = '_INBOX.fake';
  readonly published: {
    readonly subject: string;
    readonly payload: Uint8Array;
    readonly replyTo: string | undefined;
  }[] = [];
  readonly subscriptions = new Set<FakeSubscription>();
  readonly #lost: (() => void)[] = [];
  #flushes: ((hasArrived: boolean) => void)[] = [];
  flushCount = 0;
  /** Answers each flush at once; otherwise they wait for {@link arrive}. */
  isFast = true;
  isFull = false;
  isLost = false;

  publish(subject: string, payload: Uint8Array, replyTo?: string): boolean {
    if (this.isLost || this.isFull) return false;
    this.published.push({ subject, payload, replyTo });
    return true;
  }

  subscribe(subject: string, queue: string | undefined, onMessage: (message: LinkMessage) => void): LinkSubscription {
    const subscription = { subject, queue, onMessage };
    this.subscriptions.add(subscription);
    const cancel = (): void => void this.subscriptions.delete(subscription);
    return { cancel, drain: () => this.flush().then(cancel) };
  }

  flush(): Promise<boolean> {
    this.flushCount += 1;
    if (this.isLost || this.isFast) return Promise.resolve(!this.isLost);
    return new Promise((resolve) => this.#flushes.push(resolve));
  }

  /** The server answers all flushes that wait. */
  arrive(): void {
    for (const resolve of this.#flushes.splice(0)) resolve(true);
  }

  /** The server sends a message to all who subscribed to its subject. */
  deliver(subject: string, message: Partial<LinkMessage> = {}): void {
    const whole = { payload: new Uint8Array(), subject, replyTo: undefined, isNoResponders: false, ...message };
    for (const subscription of this.subscriptions) {
      if (matches(subscription.subject, subject)) subscription.onMessage(whole);
    }
  }

  close(): void {
    if (this.isLost) return;
    this.isLost = true;
    for (const resolve of this.#flushes.splice(0)) resolve(false);
    for (const listener of this.#lost.splice(0)) listener();
  }

  onLost(listener: () => void): void {
    if (this.isLost) listener();
    else this.#lost.push(listener);
  }
}

function matches(pattern: string, subject: string): boolean {
  return pattern.endsWith('.*') ? subject.startsWith(pattern.slice(0, -1)) : pattern === subject;
}
