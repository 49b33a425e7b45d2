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
  readonly #lost: Promise<'failed'>;
  readonly #clock: Clock;

  private constructor(link: NatsLink, { jsm, clock }: { readonly jsm: JetStreamManager; readonly clock: Clock }) {
    this.connection = link.client;
    this.jsm = jsm;
    this.#clock = clock;
    this.#js = jetstream(link.client, { timeout: CALL_TIMEOUT_MS });
    this.#lost = new Promise((resolve) => link.onLost(() => resolve('failed')));
  }

  /** Rejects when the server has no JetStream, or does not give the streams, or the link is lost meanwhile. */
  static async open(link: NatsLink, limits: LogStreamLimits, clock: Clock): Promise<LogSession> {
    const jsm = await jetstreamManager(link.client, { timeout: CALL_TIMEOUT_MS, checkAPI: false });
    const session = new LogSession(link, { jsm, clock });
    await session.#while(ensureLogStreams(jsm, limits));
    return session;
  }

  /** Never rejects; settles within {@link CALL_TIMEOUT_MS} or so, at once when the link is lost. */
  async store(subject: string, payload: Uint8Array, msgId?: string): Promise<StoreOutcome> {
    try {
      const options = msgId === undefined ? {} : { msgID: msgId };
      const publishing = this.#js.publish(subject, payload, options).then(() => 'stored' as const);
      return await Promise.race([publishing, this.#lost]);
    } catch (error) {
      return error instanceof JetStreamApiError && FULL_CODES.includes(error.code) ? 'full' : 'failed';
    }
  }

  /** Runs a call that would hang when the link is lost; then, or when it takes too long, this rejects. */
  async call<T>(work: Promise<T>): Promise<T> {
    return this.#while(
      withDeadline(work, { what: 'JetStream', deadlineMs: CALL_TIMEOUT_MS + 500, clock: this.#clock }),
    );
  }

  async #while<T>(work: Promise<T>): Promise<T> {
    const lost = this.#lost.then(() => Promise.reject(new Error('the connection to NATS was lost')));
    lost.catch(() => undefined);
    return Promise.race([work, lost]);
  }
}
