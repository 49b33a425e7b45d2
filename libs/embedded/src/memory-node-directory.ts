import type { Clock, NodeDirectory, NodeId, NodeRecord, NodeReport, NodeState } from '@longwire/domain';

interface Decision {
  readonly state: NodeState;
  readonly weight: number;
}

interface Entry {
  readonly report: NodeReport;
  readonly registeredAtMs: number;
  /** By the wall clock, for the record; the monotonic one decides. */
  readonly leaseUntilMs: number;
  readonly lapsesAtMs: number;
}

const UNDECIDED: Decision = { state: 'active', weight: 1 };

/** A NodeDirectory for one process: operator decisions are gone when it ends. */
export function createMemoryNodeDirectory({ clock }: { clock: Clock }): NodeDirectory {
  const entries = new Map<NodeId, Entry>();
  const decisions = new Map<NodeId, Decision>();
  let version = 0;

  const recordOf = (nodeId: NodeId, entry: Entry): NodeRecord => ({
    description: entry.report.description,
    load: entry.report.load,
    isLeaving: entry.report.isLeaving,
    ...(decisions.get(nodeId) ?? UNDECIDED),
    registeredAtMs: entry.registeredAtMs,
    leaseUntilMs: entry.leaseUntilMs,
  });

  const reportNow = (report: NodeReport, ttlMs: number): NodeRecord => {
    const { nodeId, incarnation } = report.description;
    const previous = entries.get(nodeId);
    if (previous !== undefined && previous.report.description.incarnation > incarnation) {
      return recordOf(nodeId, previous);
    }
    const isSameRun = previous?.report.description.incarnation === incarnation;
    const entry: Entry = {
      report,
      registeredAtMs: isSameRun ? previous.registeredAtMs : clock.now(),
      leaseUntilMs: clock.now() + ttlMs,
      lapsesAtMs: clock.monotonic() + ttlMs,
    };
    entries.set(nodeId, entry);
    if (previous === undefined || listedFacts(previous.report) !== listedFacts(report)) version += 1;
    return recordOf(nodeId, entry);
  };

  const dropLapsed = (): void => {
    const lapsed = [...entries].filter(([, entry]) => entry.lapsesAtMs <= clock.monotonic());
    for (const [nodeId] of lapsed) entries.delete(nodeId);
    if (lapsed.length > 0) version += 1;
  };

  const decide = (nodeId: NodeId, change: Partial<Decision>): boolean => {
    dropLapsed();
    const before = decisions.get(nodeId);
    if (before === undefined && !entries.has(nodeId)) return false;
    const { state, weight } = before ?? UNDECIDED;
    const after = { state, weight, ...change };
    decisions.set(nodeId, after);
    if (entries.has(nodeId) && (after.state !== state || after.weight !== weight)) version += 1;
    return true;
  };

  return {
    report: (report, ttlMs) => Promise.resolve(reportNow(report, ttlMs)),
    remove(nodeId, incarnation) {
      if (entries.get(nodeId)?.report.description.incarnation === incarnation) {
        entries.delete(nodeId);
        version += 1;
      }
      return Promise.resolve();
    },
    snapshot() {
      dropLapsed();
      const nodes = [...entries].map(([nodeId, entry]) => recordOf(nodeId, entry));
      const byId = (a: NodeRecord, b: NodeRecord): number =>
        a.description.nodeId < b.description.nodeId ? -1 : Number(a.description.nodeId > b.description.nodeId);
      return Promise.resolve({ version, nodes: nodes.toSorted(byId) });
    },
    setState: (nodeId, state) => Promise.resolve(decide(nodeId, { state })),
    setWeight: (nodeId, weight) => Promise.resolve(decide(nodeId, { weight })),
  };
}

/** What clients may be told of a report, as text to compare by. */
function listedFacts({ description, isLeaving }: NodeReport): string {
  const { incarnation, region, site, wsUrl, tcpAddress, version } = description;
  return JSON.stringify([incarnation, region, site, wsUrl, tcpAddress, version, isLeaving]);
}
