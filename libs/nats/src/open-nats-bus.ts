import { AppError, type Bus, type Clock, type Lane, type SubjectLine } from '@longwire/domain';
import { type Logger, rateLimited, systemClock } from '@longwire/runtime';
import type { BusStats } from './bus-stats.ts';
import { LinkKeeper } from './link-keeper.ts';
import { NatsBus } from './nats-bus.ts';
import { type NatsLink, openNatsLink } from './nats-link.ts';
import { parseServerUrl } from './server-url.ts';

export interface OpenNatsBusOptions {
  /** `nats://[user:password@]host:port`, several of one cluster with commas between. */
  readonly url: string;
  /** Which lane's subjects this bus speaks: an app that uses both opens two, so that bulk never delays express. */
  readonly lane: Lane;
  /** Of the process, shown in the server's monitoring with the lane. */
  readonly name: string;
  readonly logger: Logger;
  /** Most bytes that may be under way to the server; what is published beyond is dropped. Default 16 MiB. */
  readonly maxPendingBytes?: number;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** A {@link Bus} with an owner. */
export interface OpenBus extends Bus, SubjectLine {
  /** Rising counts, for metrics. */
  readonly stats: BusStats;
  /** Sends what was published before, for at most 1 s, and disconnects. Idempotent. */
  close(): Promise<void>;
}

const DEFAULT_MAX_PENDING_BYTES = 16 * 1024 * 1024;
const DIAL_TIMEOUT_MS = 2_900;
const LAST_FLUSH_MS = 1_000;
const LOG_PERIOD_MS = 10_000;

/**
 * Connects to NATS, and from then on comes back by itself after every loss. Rejects within 3 s with AppError
 * `bus-unavailable` naming host and port when the server is gone, refuses the login or is older than 2.9.
 */
export async function openNatsBus(options: OpenNatsBusOptions): Promise<OpenBus> {
  const { lane, clock = systemClock(), random = Math.random } = options;
  const server = parseServerUrl(options.url);
  const log = options.logger.child({ lane, nats: server.hosts.join(',') });
  const logger = rateLimited(log, clock, LOG_PERIOD_MS);
  const maxPendingBytes = options.maxPendingBytes ?? DEFAULT_MAX_PENDING_BYTES;
  const dial = (): Promise<NatsLink> =>
    openNatsLink({
      server,
      name: `${options.name} ${lane}`,
      maxPendingBytes,
      dialTimeoutMs: DIAL_TIMEOUT_MS,
      clock,
      logger,
      random,
    });
  const bus = new NatsBus({ lane, clock, logger });
  bus.onConnectionChange((isConnected) => log.info(isConnected ? 'nats-connected' : 'nats-lost'));
  const keeper = new LinkKeeper<NatsLink>({
    dial,
    onLink: (link) => bus.useLink(link),
    onLost: () => bus.loseLink(),
    clock,
    logger,
    random,
  });
  if (!(await keeper.start(await dial()))) {
    keeper.close();
    throw new AppError('bus-unavailable', `NATS at ${server.hosts.join(',')} closed the connection`);
  }
  return withClose(bus, async () => {
    await settleWithin(bus.flush(), clock);
    bus.shut();
    keeper.close();
  });
}

/** Adds `close` to the bus object itself, so that its methods keep their receiver. */
function withClose(bus: NatsBus, close: () => Promise<void>): OpenBus {
  let closing: Promise<void> | undefined;
  return Object.assign(bus, { close: () => (closing ??= close()) });
}

/** Waits for the end of `work`, whichever it is, for at most {@link LAST_FLUSH_MS}. */
function settleWithin(work: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(LAST_FLUSH_MS, resolve);
    const settle = (): void => {
      timer.cancel();
      resolve();
    };
    work.then(settle, settle);
  });
}
