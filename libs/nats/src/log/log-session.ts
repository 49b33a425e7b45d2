import type { Clock } from '@longwire/domain';
import { withDeadline } from '@longwire/runtime';
import { jetstream, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import type { NatsLink } from '../nats-link.ts';
import { ensureLogStreams } from './log-streams.ts';
import type { LogStreamLimits } from './log-streams.ts';

/** `full`: surely not stored, the stream is at its limit. `failed`: not known; publish the same again. */
export type StoreOutcome = 'stored' | 'full' | 'failed';

const CALL_TIMEOUT_MS = 2000;
/** "maximum messages/bytes exceeded" of a stream, and of the server's or account's storage. */
const FULL_CODES: readonly number[] = [10_077, 10_023, 10_047, 10_002];

/** JetStream on one link, streams in place. */
export class LogSession {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly #js: JetStreamClient;
  readonly #clock: Clock;
  /** Ends the calls that wait, each taken out when it is over. */
  readonly #losers = new Set<(reason: Error) => void>();
  #isLost = false;
  #endOfTurn: Promise<void> | null = null;

  private constructor(link: NatsLink, { jsm, clock }: { readonly jsm: JetStreamManager; readonly clock: Clock }) {
    this.connection = link.client;
    this.jsm = jsm;
    this.#clock = clock;
    this.#js = jetstream(link.client, { timeout: CALL_TIMEOUT_MS });
    link.onLost(() => {
      this.#isLost = true;
      for (const lose of this.#losers) lose(linkLost());
    });
  }

  /** Rejects when the server has no JetStream, or does not give the streams, or the link is lost meanwhile. */
  static async open(link: NatsLink, limits: LogStreamLimits, clock: Clock): Promise<LogSession> {
    const jsm = await jetstreamManager(link.client, { timeout: CALL_TIMEOUT_MS, checkAPI: false });
    const session = new LogSession(link, { jsm, clock });
    await session.#orLost(ensureLogStreams(jsm, limits));
    return session;
  }

  /**
   * Never rejects; settles within {@link CALL_TIMEOUT_MS} or so, at once when the link is lost. What is stored in one turn
   * of the event loop goes to the server in one write.
   */
  async store(subject: string, payload: Uint8Array, msgId?: string): Promise<StoreOutcome> {
    await this.#untilEndOfTurn();
    try {
      const options = msgId === undefined ? {} : { msgID: msgId };
      await this.#orLost(this.#js.publish(subject, payload, options));
      return 'stored';
    } catch (error) {
      return error instanceof JetStreamApiError && FULL_CODES.includes(error.code) ? 'full' : 'failed';
    }
  }

  /** Runs a call that would hang when the link is lost; then, or when it takes too long, this rejects. */
  async call<T>(work: Promise<T>): Promise<T> {
    return this.#orLost(
      withDeadline(work, { what: 'JetStream', deadlineMs: CALL_TIMEOUT_MS + 500, clock: this.#clock }),
    );
  }

  /** Not a race with one promise for all calls: that would keep something of every call for as long as the link lives. */
  #orLost<T>(work: Promise<T>): Promise<T> {
    if (this.#isLost) {
      work.catch(() => undefined);
      return Promise.reject(linkLost());
    }
    return new Promise((resolve, reject) => {
      this.#losers.add(reject);
      work.then(resolve, reject).finally(() => this.#losers.delete(reject));
    });
  }

  #untilEndOfTurn(): Promise<void> {
    this.#endOfTurn ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#endOfTurn = null;
        resolve();
      });
    });
    return this.#endOfTurn;
  }
}

function linkLost(): Error {
  return new Error('the connection to NATS was lost');
}
