import type {
  Bus,
  BusHandler,
  Clock,
  Lane,
  RequestOutcome,
  Respond,
  SubjectLine,
  SubscribeOptions,
  Subscription,
  Topic,
} from '@longwire/domain';
import { AppError } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import { type BusStats, createBusStats } from './bus-stats.ts';
import { Confirmations } from './confirmations.ts';
import type { Link, LinkMessage } from './link.ts';
import { RequestMux } from './request-mux.ts';
import { subjectOf } from './subjects.ts';
import { SubscriptionTable } from './subscription-table.ts';

export interface NatsBusOptions {
  readonly lane: Lane;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A link that can name where its answers go. */
export type InboxLink = Link & { readonly inbox: string };

const CONFIRM_TIMEOUT_MS = 2_000;

/** The {@link Bus} over whatever link {@link useLink} was last given; between links it is `unavailable`. */
export class NatsBus implements Bus, SubjectLine {
  readonly #stats = createBusStats();
  readonly #lane: Lane;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #table = new SubscriptionTable();
  readonly #confirmations: Confirmations;
  readonly #listeners = new Set<(isConnected: boolean) => void>();
  /** Set while the link is up: subscriptions are renewed and confirmed. */
  #up: { readonly link: Link; readonly mux: RequestMux } | undefined;
  #hadLink = false;
  #isClosed = false;

  constructor({ lane, clock, logger }: NatsBusOptions) {
    this.#lane = lane;
    this.#clock = clock;
    this.#logger = logger;
    this.#confirmations = new Confirmations(clock, CONFIRM_TIMEOUT_MS);
  }

  /** What the bus has done so far; live, read it whenever. */
  get stats(): BusStats {
    return this.#stats;
  }

  /** Renews the subscriptions on a new link; true, and connected, when the server has confirmed them. */
  async useLink(link: InboxLink): Promise<boolean> {
    const mux = new RequestMux(link.inbox, this.#clock);
    link.onLost(() => mux.lose());
    link.subscribe(mux.subject, undefined, (message) => mux.accept(message));
    this.#table.attach(link);
    this.#confirmations.attach(link);
    if (!(await link.flush()) || this.#isClosed) return false;
    if (this.#hadLink) this.#stats.reconnects += 1;
    this.#hadLink = true;
    this.#up = { link, mux };
    this.#tell(true);
    return true;
  }

  /** The link is gone. */
  loseLink(): void {
    const wasUp = this.#up !== undefined;
    this.#up = undefined;
    this.#table.detach();
    this.#confirmations.detach();
    if (wasUp) this.#tell(false);
  }

  /** Ends all that waits; the bus is `unavailable` from now on. */
  shut(): void {
    this.#isClosed = true;
    this.#confirmations.close();
  }

  publish(topic: Topic, payload: Uint8Array): 'sent' | 'unavailable' {
    return this.#send(subjectOf(this.#lane, topic), payload) ? 'sent' : 'unavailable';
  }

  publishTo(subject: string, payload: Uint8Array): 'sent' | 'unavailable' {
    return this.#send(subject, payload) ? 'sent' : 'unavailable';
  }

  async request(topic: Topic, payload: Uint8Array, timeoutMs: number): Promise<RequestOutcome> {
    const up = this.#up;
    this.#stats.requests += 1;
    const subject = subjectOf(this.#lane, topic);
    const outcome: RequestOutcome =
      up === undefined
        ? { ok: false, failure: 'unavailable' }
        : await up.mux.request(timeoutMs, (replyTo) => up.link.publish(subject, payload, replyTo));
    if (outcome.ok) return outcome;
    if (outcome.failure === 'no-responder') this.#stats.noResponders += 1;
    else if (outcome.failure === 'timeout') this.#stats.timeouts += 1;
    else this.#stats.unavailable += 1;
    return outcome;
  }

  async subscribe(topic: Topic, handler: BusHandler, options: SubscribeOptions = {}): Promise<Subscription> {
    const subject = subjectOf(this.#lane, topic);
    const onMessage = (message: LinkMessage): void => this.#deliver(topic, handler, message);
    const subscription = this.#table.add({ subject, queue: options.queue, onMessage });
    try {
      await this.#confirm(true);
    } catch (error) {
      subscription.unsubscribe();
      throw error;
    }
    return subscription;
  }

  async flush(): Promise<void> {
    if (this.#up === undefined) throw new AppError('bus-unavailable', 'There is no connection to NATS');
    await this.#confirm(false);
  }

  isConnected(): boolean {
    return this.#up !== undefined;
  }

  onConnectionChange(listener: (isConnected: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #confirm(outlivesLink: boolean): Promise<void> {
    if (this.#isClosed) return Promise.reject(new AppError('bus-unavailable', 'The bus is closed'));
    return this.#confirmations.confirm({ outlivesLink });
  }

  #send(subject: string, payload: Uint8Array): boolean {
    const isSent = this.#up?.link.publish(subject, payload) ?? false;
    if (isSent) this.#stats.published += 1;
    else this.#stats.dropped += 1;
    return isSent;
  }

  #deliver(topic: Topic, handler: BusHandler, message: LinkMessage): void {
    this.#stats.received += 1;
    try {
      handler(message.payload, this.#responder(message.replyTo));
    } catch (err) {
      this.#stats.handlerErrors += 1;
      this.#logger.error({ err, topic: topic.kind }, 'bus-handler-failed');
    }
  }

  #responder(replyTo: string | undefined): Respond | undefined {
    if (replyTo === undefined) return undefined;
    let isAnswered = false;
    return (payload) => {
      if (isAnswered) return;
      isAnswered = true;
      this.#send(replyTo, payload);
    };
  }

  #tell(isConnected: boolean): void {
    for (const listener of this.#listeners) {
      try {
        listener(isConnected);
      } catch (err) {
        this.#logger.error({ err }, 'bus-listener-failed');
      }
    }
  }
}
