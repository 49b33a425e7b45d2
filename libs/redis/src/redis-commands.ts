import type { Redis } from 'ioredis';
import type { LuaScript } from './lua-script.ts';
import { toStoreError } from './store-error.ts';

export type RedisArgument = string | number | Buffer;

/**
 * Sends commands. Each settles within about 1 s: with its reply, or with AppError `store-unavailable`. Commands of one turn
 * of the event loop go out in one write, in order; one that failed may still have been carried out.
 */
export class RedisCommands {
  readonly #client: Redis;
  #corked: Redis['stream'] | undefined;

  constructor(client: Redis) {
    this.#client = client;
  }

  async call(command: string, ...args: readonly RedisArgument[]): Promise<unknown> {
    try {
      return await this.#send(() => this.#client.call(command, ...args));
    } catch (error) {
      throw toStoreError(error);
    }
  }

  /** Runs a script; it is sent whole once when the server does not have it, as after a restart. */
  async script(script: LuaScript, keys: readonly string[], args: readonly RedisArgument[] = []): Promise<unknown> {
    const rest = [keys.length, ...keys, ...args];
    try {
      return await this.#send(() => this.#client.call('EVALSHA', script.sha, ...rest));
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw toStoreError(error);
    }
    try {
      return await this.#send(() => this.#client.call('EVAL', script.source, ...rest));
    } catch (error) {
      throw toStoreError(error);
    }
  }

  // ioredis writes each command on its own, and its automatic pipelines run one after the other, which would add up
  // the waiting when the server hangs. Holding the socket until the end of the turn gives one write without that.
  #send(send: () => Promise<unknown>): Promise<unknown> {
    const { stream } = this.#client;
    if (this.#corked === undefined && stream !== undefined) {
      this.#corked = stream;
      stream.cork();
      setImmediate(() => {
        this.#corked = undefined;
        stream.uncork();
      });
    }
    return send();
  }
}
