import type { Clock, LinkQuality, NodeId, NodeRecord } from '@longwire/domain';

/** What one client saw of one node since its last report. */
export interface LinkSample {
  /** Connections that were accepted. */
  readonly connects: number;
  /** Dials that nothing came of. */
  readonly failedDials: number;
  /** Live connections that ended without a word. */
  readonly losses: number;
  readonly connectMs: number | null;
  readonly rttMs: number | null;
}

/** A node beside the others, as of the last {@link LinkQualityTable.observe}. */
export interface LinkStanding extends LinkQuality {
  /** The same share over all other nodes together. */
  readonly othersBadRatio: number;
}

/**
 * Adds up what clients report about access nodes. A report is one vote, good or bad, whatever its numbers: a client that
 * claims a thousand losses says no more than one that claims one. Kept in memory, per live node and so bounded by them.
 */
export interface LinkQualityTable {
  /** False when the node is not a live one; then nothing is kept. */
  note(nodeId: NodeId, sample: LinkSample): boolean;
  /** Undefined for a node that nobody reported about. */
  standing(nodeId: NodeId): LinkStanding | undefined;
  /** Takes in which nodes are alive, and brings all standings up to now. */
  observe(nodes: readonly NodeRecord[]): void;
  /** Per region of the nodes, for gauges. */
  byRegion(): ReadonlyMap<string, LinkQuality>;
}

/** A report counts half after this time. */
export const HALF_LIFE_MS = 120_000;
/** A connect that takes longer is as bad as a lost connection: clients race another node long before. */
export const SLOW_CONNECT_MS = 3_000;

interface Mean {
  sum: number;
  weight: number;
}

interface Account {
  region: string;
  atMs: number;
  reports: number;
  bad: number;
  readonly connect: Mean;
  readonly rtt: Mean;
}

export function createLinkQualityTable(clock: Pick<Clock, 'monotonic'>): LinkQualityTable {
  let accounts = new Map<NodeId, Account>();
  let standings = new Map<NodeId, LinkStanding>();
  let regions = new Map<string, LinkQuality>();
  return {
    note(nodeId, sample) {
      const account = accounts.get(nodeId);
      if (account === undefined) return false;
      decay(account, clock.monotonic());
      account.reports += 1;
      if (isBad(sample)) account.bad += 1;
      addTo(account.connect, sample.connectMs);
      addTo(account.rtt, sample.rttMs);
      return true;
    },
    standing: (nodeId) => standings.get(nodeId),
    byRegion: () => regions,
    observe(nodes) {
      const nowMs = clock.monotonic();
      const known = accounts;
      accounts = new Map(
        nodes.map(({ description: { nodeId, region } }) => [nodeId, known.get(nodeId) ?? emptyAccount(region, nowMs)]),
      );
      for (const account of accounts.values()) decay(account, nowMs);
      standings = standingsOf(accounts);
      regions = regionsOf(accounts);
    },
  };
}

function isBad({ failedDials, losses, connectMs }: LinkSample): boolean {
  return failedDials > 0 || losses > 0 || (connectMs ?? 0) > SLOW_CONNECT_MS;
}

function emptyAccount(region: string, atMs: number): Account {
  return { region, atMs, reports: 0, bad: 0, connect: { sum: 0, weight: 0 }, rtt: { sum: 0, weight: 0 } };
}

function addTo(mean: Mean, value: number | null): void {
  if (value === null) return;
  mean.sum += value;
  mean.weight += 1;
}

function decay(account: Account, nowMs: number): void {
  const kept = 2 ** ((account.atMs - nowMs) / HALF_LIFE_MS);
  account.atMs = nowMs;
  account.reports *= kept;
  account.bad *= kept;
  for (const mean of [account.connect, account.rtt]) {
    mean.sum *= kept;
    mean.weight *= kept;
  }
}

function standingsOf(accounts: ReadonlyMap<NodeId, Account>): Map<NodeId, LinkStanding> {
  const all = { reports: 0, bad: 0 };
  for (const { reports, bad } of accounts.values()) {
    all.reports += reports;
    all.bad += bad;
  }
  const standings = new Map<NodeId, LinkStanding>();
  for (const [nodeId, account] of accounts) {
    if (account.reports === 0) continue;
    const othersBadRatio = ratio(all.bad - account.bad, all.reports - account.reports);
    standings.set(nodeId, { ...qualityOf(account), othersBadRatio });
  }
  return standings;
}

function regionsOf(accounts: ReadonlyMap<NodeId, Account>): Map<string, LinkQuality> {
  const sums = new Map<string, Account>();
  for (const account of accounts.values()) {
    const sum = sums.get(account.region) ?? emptyAccount(account.region, account.atMs);
    sums.set(account.region, sum);
    sum.reports += account.reports;
    sum.bad += account.bad;
    for (const name of ['connect', 'rtt'] as const) {
      sum[name].sum += account[name].sum;
      sum[name].weight += account[name].weight;
    }
  }
  return new Map([...sums].map(([region, sum]) => [region, qualityOf(sum)]));
}

function qualityOf({ reports, bad, connect, rtt }: Account): LinkQuality {
  const mean = ({ sum, weight }: Mean): number | null => (weight > 1e-6 ? sum / weight : null);
  return { reports, badRatio: ratio(bad, reports), connectMs: mean(connect), rttMs: mean(rtt) };
}

/** Differences of decayed sums are a little off zero. */
function ratio(part: number, whole: number): number {
  return whole > 1e-6 ? Math.min(1, Math.max(0, part / whole)) : 0;
}
