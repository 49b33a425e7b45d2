import { connect, createInbox, type Msg, type NatsConnection } from 'nats';
import { AppError, type Clock } from '@longwire/domain';
import { type Logger, withDeadline } from '@longwire/runtime';
import { findSpeakingHost } from './find-speaking-host.ts';
import type { Link, LinkMessage, LinkSubscription } from './link.ts';
import { SendWindow } from './send-window.ts';
import { assertServerVersion } from './server-version.ts';
import type { ServerAddress } from './server-url.ts';

export interface NatsLinkOptions {
  readonly server: ServerAddress;
  /** Shown in the server's monitoring. */
  readonly name: string;
  readonly maxPendingBytes: number;
  readonly dialTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** [0, 1) */
  readonly random: () => number;
}

/** How often a silent link is proven, and how long that may take: a stopped server is noticed within the sum of all three. */
const PROOF_PERIOD_MS = 1_000;
const PROOF_TIMEOUT_MS = 2_900;
/** A process that was held up finds its timers due before it has read what came meanwhile: it reads first. */
const READ_FIRST_MS = 100;
/** What a payload costs on the wire beside itself and its subject, at most: verb, reply subject, sizes, line ends. */
const PROTOCOL_BYTES = 96;
/** The client's own pings are off (an hour): they cannot end a connection whose socket is full, see {@link NatsLink}. */
const UNUSED_PING_MS = 3_600_000;

/**
 * Connects once; rejects with AppError `bus-unavailable` that names the hosts, within `dialTimeoutMs`. The client's own
 * reconnecting is off, since it buffers what is published meanwhile without a bound and leaves requests hanging.
 */
export async function openNatsLink(options: NatsLinkOptions): Promise<NatsLink> {
  const { server, dialTimeoutMs, clock } = options;
  const where = server.hosts.join(',');
  const dialing = dial(options);
  let connection: NatsConnection;
  try {
    connection = await withDeadline(dialing, { what: 'Connecting', deadlineMs: dialTimeoutMs, clock });
  } catch (cause) {
    // A dial that succeeds after all has no owner any more.
    void dialing.then((late) => late.close()).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : 'unknown';
    throw new AppError('bus-unavailable', `NATS does not answer at ${where}: ${reason}`, { cause });
  }
  try {
    assertServerVersion(connection.info?.version, where);
  } catch (cause) {
    await connection.close();
    throw cause;
  }
  return new NatsLink(connection, options);
}

async function dial({ server, name, dialTimeoutMs, clock, random }: NatsLinkOptions): Promise<NatsConnection> {
  const host = await findSpeakingHost(server.hosts, { timeoutMs: dialTimeoutMs, clock, random });
  return connect({
    servers: [host],
    name,
    reconnect: false,
    timeout: dialTimeoutMs,
    pingInterval: UNUSED_PING_MS,
    noAsyncTraces: true,
    ignoreClusterUpdates: true,
    ...(server.user === undefined ? {} : { user: server.user }),
    ...(server.password === undefined ? {} : { pass: server.password }),
    ...(server.token === undefined ? {} : { token: server.token }),
    ...(server.isTls ? { tls: {} } : {}),
  });
}

interface Outgoing {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly replyTo: string | undefined;
}

/**
 * A {@link Link} over the NATS client, with its own proof of life: closing by hand frees the socket whatever waits in it.
 * What is published in one turn of the event loop goes out in one write, which costs both ends less than many.
 */
export class NatsLink implements Link {
  readonly #connection: NatsConnection;
  readonly #window: SendWindow;
  readonly #lost = new Set<() => void>();
  readonly #maxPayloadBytes: number;
  readonly #logger: Logger;
  /** Unique over all connections, for the answers to this link's requests. */
  readonly inbox = createInbox();
  #isLost = false;
  /** What was published in this turn; its bytes are counted in the window. */
  #outgoing: Outgoing[] = [];

  constructor(connection: NatsConnection, { maxPendingBytes, clock, logger }: NatsLinkOptions) {
    this.#connection = connection;
    this.#logger = logger;
    this.#maxPayloadBytes = connection.info?.max_payload ?? 1024 * 1024;
    this.#window = new SendWindow(maxPendingBytes, () => this.flush());
    const proof = clock.every(PROOF_PERIOD_MS, () => this.#prove(clock));
    this.onLost(() => proof.cancel());
    void connection.closed().then(() => this.#lose());
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  /** The client beneath, for JetStream; it ends with the link. What is sent through it passes the send window by. */
  get client(): NatsConnection {
    return this.#connection;
  }

  publish(subject: string, payload: Uint8Array, replyTo?: string): boolean {
    const sizeBytes = payload.length + subject.length + PROTOCOL_BYTES;
    if (this.#isLost || payload.length > this.#maxPayloadBytes || !this.#window.hasRoom(sizeBytes)) return false;
    this.#outgoing.push({ subject, payload, replyTo });
    if (this.#outgoing.length === 1) setImmediate(() => this.#send());
    this.#window.add(sizeBytes);
    return true;
  }

  subscribe(subject: string, queue: string | undefined, onMessage: (message: LinkMessage) => void): LinkSubscription {
    if (this.#isLost) return { cancel: () => undefined, drain: () => Promise.resolve() };
    const subscription = this.#connection.subscribe(subject, {
      ...(queue === undefined ? {} : { queue }),
      callback: (error, message) => {
        if (error === null) onMessage(new ReadMessage(message));
        else this.#refuse(error);
      },
    });
    return {
      cancel: () => {
        if (!this.#isLost) subscription.unsubscribe();
      },
      drain: async () => {
        if (this.#isLost || subscription.isClosed()) return;
        // Its promise stays pending when the connection closes; the flush behind it does not.
        void subscription.drain().catch(() => undefined);
        await this.flush();
      },
    };
  }

  flush(): Promise<boolean> {
    if (this.#isLost) return Promise.resolve(false);
    this.#send();
    return new Promise((resolve) => {
      const onLost = (): void => resolve(false);
      this.#lost.add(onLost);
      const settle = (hasArrived: boolean): void => {
        this.#lost.delete(onLost);
        resolve(hasArrived);
      };
      // The client leaves this promise pending when the connection closes; `onLost` ends the wait then.
      this.#connection.flush().then(
        () => settle(true),
        () => settle(false),
      );
    });
  }

  close(): void {
    this.#send();
    this.#lose();
    void this.#connection.close().catch(() => undefined);
  }

  onLost(listener: () => void): void {
    if (this.#isLost) listener();
    else this.#lost.add(listener);
  }

  #send(): void {
    const outgoing = this.#outgoing;
    this.#outgoing = [];
    if (this.#isLost) return;
    try {
      for (const { subject, payload, replyTo } of outgoing) {
        if (replyTo === undefined) this.#connection.publish(subject, payload);
        else this.#connection.publish(subject, payload, { reply: replyTo });
      }
    } catch {
      // The client throws when it is closing: what was handed over is lost with the link, like all that was on its way.
    }
  }

  /** The server has ended a subscription: nothing less than a new link makes all of them right again. */
  #refuse(err: Error): void {
    this.#logger.error({ err }, 'nats-subscription-refused');
    this.close();
  }

  /** The answer may stand behind messages that this process has not come to yet: whatever arrives proves the server too. */
  #prove(clock: Clock): void {
    this.#window.settle();
    const { inMsgs: heard } = this.#connection.stats();
    const giveUp = (): void => {
      if (this.#connection.stats().inMsgs === heard) this.close();
    };
    let timer = clock.after(PROOF_TIMEOUT_MS, () => {
      timer = clock.after(READ_FIRST_MS, giveUp);
    });
    void this.flush().then(() => timer.cancel());
  }

  #lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    const listeners = [...this.#lost];
    this.#lost.clear();
    for (const listener of listeners) listener();
  }
}

/** Reads of a message what is asked for: its subject is text to be decoded, which only answers to requests need. */
class ReadMessage implements LinkMessage {
  readonly #message: Msg;
  readonly payload: Uint8Array;

  constructor(message: Msg) {
    this.#message = message;
    this.payload = message.data;
  }

  get subject(): string {
    return this.#message.subject;
  }

  get replyTo(): string | undefined {
    const { reply } = this.#message;
    return reply === undefined || reply === '' ? undefined : reply;
  }

  get isNoResponders(): boolean {
    return this.payload.length === 0 && this.#message.headers?.code === 503;
  }
}
