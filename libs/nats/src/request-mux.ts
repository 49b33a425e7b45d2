import type { Clock, RequestOutcome, Timer } from '@longwire/domain';
import type { LinkMessage } from './link.ts';

interface Waiting {
  readonly settle: (outcome: RequestOutcome) => void;
  readonly timer: Timer;
}

/**
 * Matches answers to requests over one inbox subscription: each request takes the inbox and a running number as its reply
 * subject. One of these per link; when the link is lost, what waits ends as `timeout`, since nobody knows how far it came.
 */
export class RequestMux {
  readonly #inbox: string;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting>();
  #counter = 0;
  #isLost = false;

  constructor(inbox: string, clock: Clock) {
    this.#inbox = inbox;
    this.#clock = clock;
  }

  /** What the link has to subscribe to for {@link accept}. */
  get subject(): string {
    return `${this.#inbox}.*`;
  }

  /** Sends through `send`, which gets the reply subject and says whether it was sent. Never rejects. */
  request(timeoutMs: number, send: (replyTo: string) => boolean): Promise<RequestOutcome> {
    if (this.#isLost) return Promise.resolve({ ok: false, failure: 'unavailable' });
    this.#counter += 1;
    const token = this.#counter.toString(36);
    return new Promise((resolve) => {
      const timer = this.#clock.after(timeoutMs, () => this.#settle(token, { ok: false, failure: 'timeout' }));
      this.#waiting.set(token, { settle: resolve, timer });
      if (!send(`${this.#inbox}.${token}`)) this.#settle(token, { ok: false, failure: 'unavailable' });
    });
  }

  /** Takes what came to the inbox; an answer that is late or repeated is ignored. */
  accept(message: LinkMessage): void {
    const token = message.subject.slice(this.#inbox.length + 1);
    if (message.isNoResponders) this.#settle(token, { ok: false, failure: 'no-responder' });
    else this.#settle(token, { ok: true, payload: message.payload });
  }

  /** The link is gone: ends all that waits, and all that is still asked for. */
  lose(): void {
    this.#isLost = true;
    for (const token of this.#waiting.keys()) this.#settle(token, { ok: false, failure: 'timeout' });
  }

  #settle(token: string, outcome: RequestOutcome): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    this.#waiting.delete(token);
    waiting.timer.cancel();
    waiting.settle(outcome);
  }
}
