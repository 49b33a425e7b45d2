import type { Clock } from '@longwire/domain';
import { type BreakerState, type Logger, rateLimited, systemClock } from '@longwire/runtime';
import { probeHealth } from './health-probe.ts';
import { ServerList } from './server-list.ts';

/** How the client of a tier reaches it. */
export interface PeerOptions {
  /** `host:port` of the tier's processes. */
  readonly addresses: readonly string[];
  readonly logger: Logger;
  readonly clock?: Clock;
  /** In [0, 1). Default Math.random. */
  readonly random?: () => number;
  /** Told when calls to an address begin to be held back, are tried, and go through again. */
  readonly onBreaker?: (state: BreakerState) => void;
}

/** A tier that calls and streams can be sent to, and what these need besides. */
export interface Peer {
  readonly servers: ServerList;
  readonly clock: Clock;
  readonly random: () => number;
  /** Says which tier it is, and repeats itself at most every 10 s. */
  readonly logger: Logger;
  /** Ends probes and connections; calls under way fail. */
  close(): void;
}

const LOG_PERIOD_MS = 10_000;

/** Begins to connect to a tier and to ask its processes whether they serve. Returns at once. */
export function openPeer(name: string, options: PeerOptions): Peer {
  const { addresses, clock = systemClock(), random = Math.random } = options;
  const servers = new ServerList(addresses, { clock, random, onBreaker: options.onBreaker });
  const stopProbing = probeHealth(servers, clock);
  return {
    servers,
    clock,
    random,
    logger: rateLimited(options.logger.child({ peer: name }), clock, LOG_PERIOD_MS),
    close(): void {
      stopProbing();
      servers.close();
    },
  };
}
