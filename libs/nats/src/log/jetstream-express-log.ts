import { AppError } from '@longwire/domain';
import type {
  Clock,
  ExpressAck,
  ExpressLog,
  ExpressLogFollower,
  LogFollowing,
  Message,
  MessageId,
  MessageReport,
  MessageReports,
  Timer,
} from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import { decodeAcks, decodeMessage, decodeReport, encodeAcks, encodeMessage, encodeReport } from './log-codec.ts';
import type { LogSession } from './log-session.ts';
import { ACKS_SUBJECT, LOG_STREAM, MESSAGE_SUBJECT, REPORT_STREAM, reportSubjectOf } from './log-streams.ts';
import { OrderedFeed } from './ordered-feed.ts';

export interface JetStreamExpressLogOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a write is tried again before it is given up. */
  readonly storeWithinMs: number;
}

const TRY_AGAIN_MS = 100;
const RETRY_AFTER_MS = 1000;
/** Writes that wait for the server: beyond, they are refused. */
const MAX_WAITING = 10_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** The {@link ExpressLog} and its reports over whatever session {@link use} was last given. */
export class JetStreamExpressLog implements ExpressLog, MessageReports {
  readonly #options: JetStreamExpressLogOptions;
  readonly #feeds = new Set<OrderedFeed>();
  readonly #waiters = new Set<(session: LogSession | undefined) => void>();
  #session: LogSession | undefined;
  #waiting = 0;
  #waitingBytes = 0;
  #isClosed = false;

  constructor(options: JetStreamExpressLogOptions) {
    this.#options = options;
  }

  use(session: LogSession): void {
    if (this.#isClosed) return;
    this.#session = session;
    for (const wake of this.#waiters) wake(session);
    for (const feed of this.#feeds) feed.attach(session);
  }

  lose(): void {
    this.#session = undefined;
    for (const feed of this.#feeds) feed.detach();
  }

  /** Refuses all that waits and comes. */
  shut(): void {
    this.#isClosed = true;
    this.lose();
    for (const wake of this.#waiters) wake(undefined);
    for (const feed of this.#feeds) feed.stop();
    this.#feeds.clear();
  }

  isConnected(): boolean {
    return this.#session !== undefined;
  }

  async append(message: Message): Promise<void> {
    await this.#store({ subject: MESSAGE_SUBJECT, payload: encode(message), msgId: message.messageId });
  }

  async carry(message: Message, acks: readonly ExpressAck[], fromPosition: number): Promise<void> {
    const msgId = `${message.messageId}@${fromPosition}`;
    await this.#store({ subject: MESSAGE_SUBJECT, payload: encode(message, acks), msgId });
  }

  appendAcks(acks: readonly ExpressAck[], batchId: string): Promise<void> {
    return this.#store({ subject: ACKS_SUBJECT, payload: encodeAcks(acks), msgId: `acks ${batchId}` });
  }

  follow(follower: ExpressLogFollower): LogFollowing {
    const feed: OrderedFeed = new OrderedFeed({
      stream: LOG_STREAM,
      clock: this.#options.clock,
      logger: this.#options.logger,
      onEntry: (subject, payload, position) => this.#read({ subject, payload, position }, follower),
      onCaughtUp: () => follower.onCaughtUp(),
    });
    this.#feeds.add(feed);
    if (this.#session !== undefined) feed.attach(this.#session);
    return {
      stop: () => {
        this.#feeds.delete(feed);
        feed.stop();
      },
    };
  }

  async trim(beforePosition: number): Promise<void> {
    await this.#ask((session) => session.jsm.streams.purge(LOG_STREAM, { seq: beforePosition }));
  }

  async put(report: MessageReport): Promise<void> {
    const earlier = await this.get(report.messageId);
    if (earlier !== undefined && isAhead(earlier, report)) return;
    await this.#store({ subject: reportSubjectOf(report.messageId), payload: encodeReport(report) });
  }

  async get(messageId: MessageId): Promise<MessageReport | undefined> {
    const query = { last_by_subj: reportSubjectOf(messageId) };
    const found = await this.#ask((session) => session.jsm.streams.getMessage(REPORT_STREAM, query));
    return found === null ? undefined : decodeReport(messageId, found.data);
  }

  #read(entry: { subject: string; payload: Uint8Array; position: number }, follower: ExpressLogFollower): void {
    const { subject, payload, position } = entry;
    try {
      if (subject === ACKS_SUBJECT) {
        follower.onAcks(decodeAcks(payload), position);
        return;
      }
      const read = subject === MESSAGE_SUBJECT ? decodeMessage(payload) : undefined;
      if (read === undefined) throw new RangeError(`no entry of this log at ${position}`);
      follower.onMessage(read.message, position);
      if (read.acks.length > 0) follower.onAcks(read.acks, position);
    } catch (err) {
      // One entry that cannot be read must not keep the ones behind it from being delivered.
      this.#options.logger.error({ err, position }, 'express-log-entry-unreadable');
    }
  }

  async #ask<T>(call: (session: LogSession) => Promise<T>): Promise<T> {
    const session = this.#session;
    if (session === undefined) throw unavailable();
    try {
      return await session.call(call(session));
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  /** Publishes until the server has it: the id makes a repeat of what it had taken after all harmless. */
  async #store(entry: { subject: string; payload: Uint8Array; msgId?: string }): Promise<void> {
    const { clock, storeWithinMs } = this.#options;
    const sizeBytes = entry.payload.length;
    if (this.#waiting >= MAX_WAITING || this.#waitingBytes + sizeBytes > MAX_WAITING_BYTES) throw full();
    this.#waiting += 1;
    this.#waitingBytes += sizeBytes;
    try {
      const giveUpAtMs = clock.monotonic() + storeWithinMs;
      for (;;) {
        const session = this.#session ?? (await this.#nextSession(giveUpAtMs));
        if (session === undefined) throw unavailable();
        const outcome = await session.store(entry.subject, entry.payload, entry.msgId);
        if (outcome === 'stored') return;
        if (outcome === 'full') throw full();
        if (clock.monotonic() + TRY_AGAIN_MS >= giveUpAtMs) throw unavailable();
        await new Promise<void>((resolve) => clock.after(TRY_AGAIN_MS, resolve));
      }
    } finally {
      this.#waiting -= 1;
      this.#waitingBytes -= sizeBytes;
    }
  }

  /** The session that comes next; undefined when none comes in time. */
  #nextSession(giveUpAtMs: number): Promise<LogSession | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    const { clock } = this.#options;
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const wake = (session: LogSession | undefined): void => {
        this.#waiters.delete(wake);
        timer?.cancel();
        resolve(session);
      };
      timer = clock.after(Math.max(0, giveUpAtMs - clock.monotonic()), () => wake(undefined));
      this.#waiters.add(wake);
    });
  }
}

function encode(message: Message, acks?: readonly ExpressAck[]): Uint8Array {
  try {
    return encodeMessage(message, acks);
  } catch (cause) {
    throw new AppError('invalid-request', 'Only messages to users or devices can be acked', { field: 'ack', cause });
  }
}

function isAhead(one: MessageReport, other: MessageReport): boolean {
  return one.acked > other.acked || (one.acked === other.acked && one.attempts > other.attempts);
}

function full(): AppError {
  return new AppError('overloaded', 'Too many messages wait for an ack', { retryAfterMs: RETRY_AFTER_MS });
}

function unavailable(cause?: unknown): AppError {
  return new AppError('store-unavailable', 'The express log does not answer', { cause });
}
