import type { Clock, Timer } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import { AckPolicy, DeliverPolicy, ReplayPolicy } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { createInbox } from 'nats';
import type { Msg, NatsConnection, Subscription } from 'nats';
import { readDeliveryToken } from './delivery-token.ts';

export interface FeedSession {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
}

export interface OrderedFeedOptions {
  readonly stream: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEntry: (subject: string, payload: Uint8Array, streamSeq: number) => void;
  readonly onCaughtUp: () => void;
}

const MS = 1_000_000;
const HEARTBEAT_MS = 1000;
const LOOK_EVERY_MS = 500;
/** Two heartbeats and a little: then the server that held the consumer is taken for gone. */
const SILENT_MS = 2600;
/** A consumer whose feed has gone is removed by the server. */
const INACTIVE_MS = 30_000;

/**
 * Reads one stream from its beginning, then what comes, in order and without a hole. The server's consumer is a throw-away:
 * at a gap, a silence or a new connection a new one begins behind the last entry read, so none needs to survive.
 */
export class OrderedFeed {
  readonly #options: OrderedFeedOptions;
  readonly #watch: Timer;
  #session: FeedSession | undefined;
  #subscription: Subscription | undefined;
  /** Tells what an older consumer still sends, or a start that was overtaken. */
  #generation = 0;
  #lastSeq = 0;
  #consumerSeq = 0;
  #created = '';
  #heardAtMs = 0;
  #isCaughtUp = false;
  #isStopped = false;

  constructor(options: OrderedFeedOptions) {
    this.#options = options;
    this.#watch = options.clock.every(LOOK_EVERY_MS, () => this.#look());
  }

  /** Goes on over a new connection. */
  attach(session: FeedSession): void {
    this.#session = session;
    this.#restart();
  }

  /** The connection is lost; the feed waits for the next one. */
  detach(): void {
    this.#session = undefined;
    this.#drop();
  }

  stop(): void {
    this.#isStopped = true;
    this.#watch.cancel();
    this.detach();
  }

  #look(): void {
    if (this.#session === undefined) return;
    if (this.#options.clock.monotonic() - this.#heardAtMs > SILENT_MS) this.#restart();
  }

  #restart(): void {
    const session = this.#session;
    if (session === undefined || this.#isStopped) return;
    this.#drop();
    this.#heardAtMs = this.#options.clock.monotonic();
    const generation = this.#generation;
    // A start that fails leaves silence, and silence starts anew.
    this.#begin(session, generation).catch((err: unknown) => {
      if (generation === this.#generation) this.#options.logger.warn({ err }, 'express-log-feed-failed');
    });
  }

  #drop(): void {
    this.#generation += 1;
    try {
      this.#subscription?.unsubscribe();
    } catch {
      // The connection it was made on is closed, and the subscription with it.
    }
    this.#subscription = undefined;
  }

  async #begin(session: FeedSession, generation: number): Promise<void> {
    const { stream } = this.#options;
    const { created, state } = await session.jsm.streams.info(stream);
    if (generation !== this.#generation) return;
    const createdText = String(created);
    // A stream that was made anew counts from 1 again: what was read of the old one says nothing.
    if (this.#created !== createdText || state.last_seq < this.#lastSeq) this.#lastSeq = 0;
    this.#created = createdText;
    this.#consumerSeq = 0;
    const inbox = createInbox();
    this.#subscription = session.connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error === null && generation === this.#generation) this.#onMessage(message);
      },
    });
    await session.jsm.consumers.add(stream, {
      deliver_subject: inbox,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: this.#lastSeq + 1,
      ack_policy: AckPolicy.None,
      replay_policy: ReplayPolicy.Instant,
      flow_control: true,
      idle_heartbeat: HEARTBEAT_MS * MS,
      inactive_threshold: INACTIVE_MS * MS,
      max_deliver: 1,
      mem_storage: true,
      num_replicas: 1,
    });
    if (generation === this.#generation && (state.messages === 0 || state.last_seq <= this.#lastSeq)) this.#caughtUp();
  }

  #onMessage(message: Msg): void {
    this.#heardAtMs = this.#options.clock.monotonic();
    if (message.headers?.code === 100) {
      this.#onControl(message);
      return;
    }
    const token = readDeliveryToken(message.reply);
    if (token === undefined) return;
    if (token.consumerSeq !== this.#consumerSeq + 1) {
      this.#restart();
      return;
    }
    this.#consumerSeq = token.consumerSeq;
    this.#lastSeq = token.streamSeq;
    this.#options.onEntry(message.subject, message.data, token.streamSeq);
    if (token.pending === 0) this.#caughtUp();
  }

  /** Flow control is answered; a heartbeat says how far the consumer has sent, and, being idle, that this was all. */
  #onControl(message: Msg): void {
    if (message.reply !== undefined && message.reply !== '') {
      message.respond();
      return;
    }
    const stalledAt = message.headers?.get('Nats-Consumer-Stalled') ?? '';
    if (stalledAt !== '') {
      this.#session?.connection.publish(stalledAt);
      return;
    }
    const sent = Number(message.headers?.get('Nats-Last-Consumer') ?? '0');
    if (sent > this.#consumerSeq) this.#restart();
    else this.#caughtUp();
  }

  #caughtUp(): void {
    if (this.#isCaughtUp || this.#isStopped) return;
    this.#isCaughtUp = true;
    this.#options.onCaughtUp();
  }
}
