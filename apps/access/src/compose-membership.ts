import type { Clock, ControlApi, NodeIncarnation } from '@longwire/domain';
import type { Logger } from '@longwire/runtime';
import type { Clients } from './compose-clients.ts';
import type { AccessConfig } from './config.ts';
import type { ConnectionTable } from './connection/connection-table.ts';
import { Drain } from './drain/drain.ts';
import { NodeExit } from './drain/node-exit.ts';
import type { AccessMetrics } from './metrics.ts';
import { describeNode } from './node/description.ts';
import { LoadMeter } from './node/load-report.ts';
import { NodeLease } from './node/node-lease.ts';
import { PeriodicJobs } from './node/periodic-jobs.ts';

export interface MembershipOptions extends Pick<Clients, 'gate' | 'listeners'> {
  readonly node: NodeIncarnation;
  readonly control: ControlApi;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: AccessMetrics;
  readonly table: ConnectionTable;
  readonly random: () => number;
}

/** How a node is known to control, and how it goes. */
export interface Membership {
  readonly lease: NodeLease;
  readonly drain: Drain;
  readonly exit: NodeExit;
  /** Takes the lease and keeps it. */
  readonly start: () => void;
  /** Gives the lease up. */
  readonly stop: () => Promise<void>;
}

const RENEW_MS = 1000;

/** Composes a node's place in the cluster: its lease, its load reports, and the ways it leaves. Opens nothing. */
export function composeMembership(config: AccessConfig, options: MembershipOptions): Membership {
  const { node, control, clock, logger, metrics, table, gate, listeners, random } = options;
  const meter = new LoadMeter({ clock, capacity: config.maxConnections, connections: () => table.size });
  const lease = new NodeLease({
    control,
    describe: () => describeNode(node, config, listeners),
    measure: () => meter.report(),
    isLeaving: () => exit.isLeaving,
    onDirective: (directive) => exit.onDirective(directive),
  });
  const drain = new Drain({
    table,
    clock,
    alternatives: () => lease.alternatives,
    random,
    pace: { percentPerSec: config.drainPercentPerSec, closeAfterMs: config.drainCloseAfterMs },
    onRound: (hinted) => metrics.drainHints.inc(hinted),
    onDue: (left, closed) => {
      metrics.drained.inc({ how: 'left' }, left);
      metrics.drained.inc({ how: 'closed' }, closed);
    },
  });
  const exit = new NodeExit({
    drain,
    gate,
    listeners,
    lease,
    table,
    clock,
    maxDrainMs: config.drainMs,
    reportNow: () => leaseJobs.trigger('node-lease'),
    onResumeFailed: (err) => logger.error({ err }, 'listeners-not-reopened'),
  });
  const leaseJobs = new PeriodicJobs([{ name: 'node-lease', periodMs: RENEW_MS, run: () => lease.renew() }], {
    clock,
    logger,
  });
  return {
    lease,
    drain,
    exit,
    start: () => {
      meter.start();
      lease.start();
      leaseJobs.start();
    },
    stop: async () => {
      await leaseJobs.stop();
      meter.stop();
      await lease.stop();
    },
  };
}
