import type { Logger } from '@longwire/runtime';
import { AppError } from '@longwire/domain';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import { BlockingConnection } from './blocking-connection.ts';
import { RedisCommands } from './redis-commands.ts';
import { assertServerVersion, isEvicting } from './server-info.ts';

/** A command that has no answer by then has failed. */
const COMMAND_TIMEOUT_MS = 800;
const PING_PERIOD_MS = 500;
const FIRST_CONNECT_MS = 3000;
const MAX_RECONNECT_DELAY_MS = 500;

const SHARED_OPTIONS = {
  // Replies in the shapes of protocol 2, which the decoders read.
  protocol: 2,
  lazyConnect: true,
  connectionName: 'longwire',
  disableClientInfo: true,
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: COMMAND_TIMEOUT_MS,
  connectTimeout: COMMAND_TIMEOUT_MS,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (attempt) => Math.min(50 * attempt, MAX_RECONNECT_DELAY_MS) * (0.5 + Math.random() / 2),
} satisfies RedisOptions;

/** Without timeouts of commands and silence, which would end a command that blocks; who sends one bounds it. */
const BLOCKING_OPTIONS = {
  protocol: 2,
  lazyConnect: true,
  connectionName: 'longwire-blocking',
  disableClientInfo: true,
  enableReadyCheck: false,
  connectTimeout: COMMAND_TIMEOUT_MS,
  // A server that hangs never closes its side; the socket must not outlive the connection for that.
  disconnectTimeout: 1,
  autoResendUnfulfilledCommands: false,
  retryStrategy: () => null,
} satisfies RedisOptions;

export interface OpenRedisOptions {
  /** `redis://[user:password@]host:port[/db]`, `rediss://` for TLS. */
  readonly url: string;
  readonly logger: Logger;
  /** Called at each change of `isConnected`. */
  readonly onStateChange?: (isConnected: boolean) => void;
}

/** One connection to Redis that all stores of a process share. It reconnects by itself until closed. */
export interface RedisConnection {
  /** True while the server answers. */
  isConnected(): boolean;
  /** Calls `listener` at each change of {@link isConnected}; returns a function that stops that. */
  onConnectionChange(listener: (isConnected: boolean) => void): () => void;
  /** For the stores of this library. */
  readonly commands: RedisCommands;
  /**
   * For the stores of this library: a further connection, for commands that block. It connects when it is first used. What is
   * under way on it fails when this one is lost, and it ends with this one.
   */
  openBlocking(): BlockingConnection;
  /** Ends it; what is under way fails, and all later commands. Idempotent. */
  close(): Promise<void>;
}

/**
 * Connects to Redis 6.2 or later. Rejects with AppError `store-unavailable`, naming the address without its password, when
 * it cannot be reached within 3 s or is too old. Nothing is queued while the server is gone: commands fail at once then.
 */
export async function openRedis({ url, logger, onStateChange }: OpenRedisOptions): Promise<RedisConnection> {
  const client = new Redis(url, SHARED_OPTIONS);
  const listeners = new Set<(isConnected: boolean) => void>();
  const blocking = new Set<BlockingConnection>();
  if (onStateChange !== undefined) listeners.add(onStateChange);
  let lastError: unknown;
  let isConnected = false;

  const setConnected = (next: boolean): void => {
    if (next === isConnected) return;
    isConnected = next;
    if (next) logger.info({ address: addressOf(url) }, 'redis-connected');
    else logger.warn({ address: addressOf(url), err: lastError }, 'redis-lost');
    // Who waits must learn of it from a command on this connection, which notices a server that hangs soonest.
    if (!next) for (const each of blocking) each.drop();
    for (const listener of listeners) listener(next);
  };
  client.on('error', (error) => void (lastError = error));
  client.on('ready', () => setConnected(true));
  client.on('close', () => setConnected(false));

  try {
    await firstConnect(client);
    const info = String(await client.info());
    assertServerVersion(info);
    if (isEvicting(info)) logger.warn({ address: addressOf(url) }, 'redis-may-evict-keys');
  } catch (error) {
    client.disconnect();
    const reason = lastError ?? error;
    const text = reason instanceof Error ? reason.message : String(reason);
    throw new AppError('store-unavailable', `cannot use Redis at ${addressOf(url)}: ${text}`, { cause: error });
  }
  // A server that hangs is noticed by the ping's lack of an answer: the socket timeout then ends the connection.
  const ping = setInterval(() => void (isConnected && client.ping().catch(() => undefined)), PING_PERIOD_MS);
  ping.unref();

  return {
    commands: new RedisCommands(client),
    isConnected: () => isConnected,
    onConnectionChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    openBlocking() {
      const opened = new BlockingConnection({ createClient: () => createBlockingClient(url), logger });
      blocking.add(opened);
      return opened;
    },
    close() {
      clearInterval(ping);
      listeners.clear();
      client.disconnect();
      for (const each of blocking) each.close();
      return Promise.resolve();
    },
  };
}

/** For one {@link BlockingConnection}. */
export function createBlockingClient(url: string): Redis {
  return new Redis(url, BLOCKING_OPTIONS);
}

/** Resolves when the first connection is ready, however often it has to be tried within the time. */
function firstConnect(client: Redis): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${FIRST_CONNECT_MS} ms`)), FIRST_CONNECT_MS);
    client.once('ready', () => {
      clearTimeout(timer);
      resolve();
    });
    client.once('end', () => reject(new Error('the connection was ended')));
    // Its failure is only the first try's; the next ones follow by the retry strategy.
    client.connect().catch(() => undefined);
  });
}

/** The url without user and password, fit for logs. */
export function addressOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'an address that is no url' : `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
