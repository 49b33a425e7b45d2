import type { Clock, ControlApi, NodeLink } from '@longwire/domain';
import { type BreakerState, type Logger, rateLimited, systemClock } from '@longwire/runtime';
import { probeHealth } from '../client/health-probe.ts';
import { ServerList } from '../client/server-list.ts';
import { openRemoteNodeLink } from './remote-node-link.ts';

export interface ControlClientOptions {
  /** `host:port` of the control processes. */
  readonly addresses: readonly string[];
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** A report that is not answered for that long fails its stream. Default 2 s: the node's lease is 3 s. */
  readonly answerTimeoutMs?: number;
  /** Told when calls to an address begin to be held back, are tried, and go through again. */
  readonly onBreaker?: (state: BreakerState) => void;
}

/** A {@link ControlApi} with an owner. */
export interface ControlClient extends ControlApi {
  /** Cuts its links without saying that the nodes are gone, and its connections. Idempotent. */
  close(): void;
}

const ANSWER_TIMEOUT_MS = 2_000;
const LOG_PERIOD_MS = 10_000;

/** Reaches the control tier over gRPC. Returns at once and connects in the background; `isAvailable` says when it is there. */
export function openControlClient(options: ControlClientOptions): ControlClient {
  const { addresses, clock = systemClock(), random = Math.random } = options;
  const servers = new ServerList(addresses, { clock, random, onBreaker: options.onBreaker });
  const logger = rateLimited(options.logger.child({ peer: 'control' }), clock, LOG_PERIOD_MS);
  const answerTimeoutMs = options.answerTimeoutMs ?? ANSWER_TIMEOUT_MS;
  const stopProbing = probeHealth(servers, clock);
  const cuts = new Set<() => void>();
  return {
    openNodeLink(): NodeLink {
      const { link, cut } = openRemoteNodeLink({ servers, clock, random, logger, answerTimeoutMs });
      cuts.add(cut);
      return {
        report: (report) => link.report(report),
        close: async () => {
          await link.close();
          cuts.delete(cut);
        },
      };
    },
    isAvailable: () => servers.hasUp,
    close(): void {
      stopProbing();
      for (const cut of cuts) cut();
      cuts.clear();
      servers.close();
    },
  };
}
