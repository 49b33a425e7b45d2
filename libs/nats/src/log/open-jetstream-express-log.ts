import { AppError } from '@longwire/domain';
import type { Clock, ExpressLog, MessageReports } from '@longwire/domain';
import { rateLimited, systemClock } from '@longwire/runtime';
import type { Logger } from '@longwire/runtime';
import { LinkKeeper } from '../link-keeper.ts';
import { openNatsLink } from '../nats-link.ts';
import type { NatsLink } from '../nats-link.ts';
import { parseServerUrl } from '../server-url.ts';
import { JetStreamExpressLog } from './jetstream-express-log.ts';
import { LogSession } from './log-session.ts';
import type { LogStreamLimits } from './log-streams.ts';

export interface OpenExpressLogOptions extends Partial<LogStreamLimits> {
  /** As for the bus: `nats://[user:password@]host:port`, several of one cluster with commas between. */
  readonly url: string;
  /** Of the process, shown in the server's monitoring. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** How long `append` and the like try before they reject. Default 10 s: an election in a cluster takes seconds. */
  readonly storeWithinMs?: number;
}

/** An express log with its reports and an owner. */
export interface OpenExpressLog extends ExpressLog, MessageReports {
  /** Refuses what waits and disconnects. Idempotent. */
  close(): Promise<void>;
}

const DIAL_TIMEOUT_MS = 2900;
const STORE_WITHIN_MS = 10_000;
const LOG_PERIOD_MS = 10_000;
const MAX_PENDING_BYTES = 16 * 1024 * 1024;
const DEFAULT_LIMITS: LogStreamLimits = { replicas: 1, maxBytes: 256 * 1024 * 1024, maxEntries: 1_000_000 };
/** A cluster that has just started elects leaders first. */
const OPEN_ATTEMPTS = 5;

/**
 * Connects to NATS on a connection of its own, makes the streams when they are missing, and comes back by itself after
 * every loss. Rejects with `bus-unavailable` when no server of 2.9 or newer is there, with `store-unavailable` when it has
 * no JetStream or cannot give the streams as asked for.
 */
export async function openJetStreamExpressLog(options: OpenExpressLogOptions): Promise<OpenExpressLog> {
  const { clock = systemClock(), random = Math.random, storeWithinMs = STORE_WITHIN_MS } = options;
  const limits = {
    replicas: options.replicas ?? DEFAULT_LIMITS.replicas,
    maxBytes: options.maxBytes ?? DEFAULT_LIMITS.maxBytes,
    maxEntries: options.maxEntries ?? DEFAULT_LIMITS.maxEntries,
  };
  const server = parseServerUrl(options.url);
  const logger = rateLimited(options.logger.child({ nats: server.hosts.join(','), use: 'log' }), clock, LOG_PERIOD_MS);
  const log = new JetStreamExpressLog({ clock, logger, storeWithinMs });
  let lastFailure: unknown;
  const onLink = async (link: NatsLink): Promise<boolean> => {
    try {
      log.use(await LogSession.open(link, limits, clock));
      return true;
    } catch (err) {
      lastFailure = err;
      logger.warn({ err }, 'express-log-not-opened');
      // Without its streams a link is worth nothing: another one is dialled.
      link.close();
      return false;
    }
  };
  const dial = (): Promise<NatsLink> =>
    openNatsLink({
      server,
      name: `${options.name} log`,
      maxPendingBytes: MAX_PENDING_BYTES,
      dialTimeoutMs: DIAL_TIMEOUT_MS,
      clock,
      logger,
      random,
    });
  const open = async (): Promise<LinkKeeper<NatsLink>> => {
    for (let attempt = 1; ; attempt += 1) {
      const keeper = new LinkKeeper<NatsLink>({ dial, onLink, onLost: () => log.lose(), clock, logger, random });
      if (await keeper.start(await dial())) return keeper;
      keeper.close();
      if (attempt === OPEN_ATTEMPTS) throw failureOf(lastFailure);
    }
  };
  const keeper = await open();
  const close = (): Promise<void> => {
    log.shut();
    keeper.close();
    return Promise.resolve();
  };
  return Object.assign(log, { close });
}

function failureOf(cause: unknown): AppError {
  return cause instanceof AppError ? cause : new AppError('store-unavailable', 'JetStream does not answer', { cause });
}
