import type { Logger } from '@longwire/runtime';
import type { Redis } from 'ioredis';
import type { RedisArgument } from './redis-commands.ts';
import { toStoreError } from './store-error.ts';

/** What a blocking command may take beyond the time it blocks for, the opening of the connection included. */
const GRACE_MS = 800;

export interface BlockingConnectionOptions {
  /** Makes a client that connects at its first command and never again after it has ended. */
  readonly createClient: () => Redis;
  readonly logger: Logger;
}

/**
 * A connection of its own for commands that block, one at a time: on a shared one they would hold up all that comes behind
 * them. It is opened by the first call, stays open between calls, and is opened anew by the call after one that failed.
 */
export class BlockingConnection {
  readonly #createClient: () => Redis;
  readonly #logger: Logger;
  #client: Redis | undefined;
  #giveUp: ((reason: unknown) => void) | undefined;
  #isFailing = false;
  #isClosed = false;

  constructor({ createClient, logger }: BlockingConnectionOptions) {
    this.#createClient = createClient;
    this.#logger = logger;
  }

  /** Settles within `blockMs` and 0.8 s, at once after {@link drop}: with the reply, or with AppError `store-unavailable`. */
  async call(blockMs: number, command: string, ...args: readonly RedisArgument[]): Promise<unknown> {
    if (this.#isClosed) throw toStoreError(new Error('the connection is closed'));
    // A server that hangs closes no connection, so what is under way is given up here, not when the socket has closed.
    const givenUp = Promise.withResolvers<never>();
    this.#giveUp = givenUp.reject;
    const late = new Error(`no answer within ${GRACE_MS} ms of the end of the block`);
    const timer = setTimeout(() => this.#end(late), blockMs + GRACE_MS);
    try {
      const reply = await Promise.race([givenUp.promise, this.#open().call(command, ...args)]);
      this.#isFailing = false;
      return reply;
    } catch (error) {
      this.#end(error);
      if (!(error instanceof Dropped)) this.#report(error);
      throw toStoreError(error);
    } finally {
      clearTimeout(timer);
      this.#giveUp = undefined;
    }
  }

  /** Fails what is under way; the next call opens the connection again. */
  drop(): void {
    this.#end(new Dropped('the connection was dropped'));
  }

  /** Drops it for good: later calls fail at once. */
  close(): void {
    this.#isClosed = true;
    this.drop();
  }

  #open(): Redis {
    if (this.#client !== undefined) return this.#client;
    const client = this.#createClient();
    this.#client = client;
    const isCurrent = (): boolean => this.#client === client;
    // The command's own failure would say no more than that the connection has closed.
    client.on('error', (error) => isCurrent() && this.#giveUp?.(error));
    client.once('end', () => isCurrent() && (this.#client = undefined));
    return client;
  }

  #end(reason: unknown): void {
    const client = this.#client;
    this.#client = undefined;
    client?.disconnect();
    this.#giveUp?.(reason);
  }

  #report(error: unknown): void {
    if (!this.#isFailing) this.#logger.warn({ err: error }, 'redis-blocking-failed');
    this.#isFailing = true;
  }
}

/** Ended by this program itself, so nothing to report. */
class Dropped extends Error {}
