import type { Clock, ControlApi, NodeDirective, NodeDirectory, NodeLink, NodeReport } from '@longwire/domain';
import { nodeAddressOf } from './nodes/node-address.ts';
import type { NodeRegistry } from './nodes/node-registry.ts';
import type { Scheduler } from './schedule/scheduler.ts';

/** Reports of one node that may wait for the store; a node sends one a second. */
const MAX_WAITING_REPORTS = 4;
const CLOSE_DEADLINE_MS = 1000;

export interface ControlApiOptions {
  readonly directory: Pick<NodeDirectory, 'report' | 'remove'>;
  readonly registry: NodeRegistry;
  readonly scheduler: Pick<Scheduler, 'alternatives'>;
  readonly clock: Clock;
  /** A node that has not reported for so long leaves the list. */
  readonly leaseTtlMs: number;
  readonly isAvailable: () => boolean;
  /** Told of each report: was it stored? */
  readonly onReport: (isStored: boolean) => void;
  /** Told of what failed apart from a report. */
  readonly onFault: (fault: unknown) => void;
}

/** Control as access nodes see it: used as it is in one process, and served over gRPC to others. */
export function createControlApi(options: ControlApiOptions): ControlApi {
  return { openNodeLink: () => createNodeLink(options), isAvailable: options.isAvailable };
}

function createNodeLink(options: ControlApiOptions): NodeLink {
  const { directory, registry, clock } = options;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let last: NodeReport | undefined;
  let isClosed = false;

  const apply = async (report: NodeReport): Promise<NodeDirective | undefined> => {
    if (isClosed) return undefined;
    last = report;
    try {
      const record = await directory.report(report, options.leaseTtlMs);
      options.onReport(true);
      if (isNews(report, registry)) registry.refresh().catch(options.onFault);
      const mustLeave = record.state !== 'active' || report.isLeaving;
      return { state: record.state, alternatives: mustLeave ? alternativesFor(report, options) : [] };
    } catch {
      options.onReport(false);
      return undefined;
    }
  };
  const end = async (): Promise<void> => {
    if (last === undefined) return;
    try {
      await directory.remove(last.description.nodeId, last.description.incarnation);
      await registry.refresh();
    } catch (fault) {
      // The lease lapses by itself; the node is gone from the list a little later.
      options.onFault(fault);
    }
  };

  return {
    async report(report) {
      if (isClosed || waiting >= MAX_WAITING_REPORTS) return undefined;
      waiting += 1;
      const applied = tail.then(() => apply(report));
      tail = applied.finally(() => {
        waiting -= 1;
      });
      return applied;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      // A report under way would bring the lease back to life: it goes first.
      await withinMs(clock, CLOSE_DEADLINE_MS, tail.then(end));
    },
  };
}

/** True when the report makes a difference to the list this replica has in use. */
function isNews(report: NodeReport, registry: NodeRegistry): boolean {
  const known = registry.latest()?.nodes.get(report.description.nodeId);
  return known?.description.incarnation !== report.description.incarnation || known.isLeaving !== report.isLeaving;
}

function alternativesFor(report: NodeReport, options: ControlApiOptions): NodeDirective['alternatives'] {
  const { nodeId, region } = report.description;
  try {
    const { offered } = options.registry.current();
    const others = options.scheduler.alternatives(offered, nodeId, { region, nowMs: options.clock.now() });
    return others.map(({ item, share }) => ({ ...nodeAddressOf(item), share }));
  } catch (fault) {
    options.onFault(fault);
    return [];
  }
}

async function withinMs(clock: Clock, deadlineMs: number, work: Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = clock.after(deadlineMs, resolve);
    void work.finally(() => {
      timer.cancel();
      resolve();
    });
  });
}
