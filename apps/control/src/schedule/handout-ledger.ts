import type { NodeId, NodeRecord } from '@longwire/domain';

interface Account {
  incarnation: number;
  /** Changes with each report: tells a new report from an old one read again. */
  leaseUntilMs: number;
  connections: number;
  /** Handed out since the last report, and between the last two. */
  sinceReport: number;
  beforeReport: number;
}

/**
 * Counts the clients that were sent to a node and are not yet in its load report, so that a herd between two reports
 * spreads. A rise of the reported connections settles as many; whoever has not come by the second report after being
 * sent is no longer expected. An estimate: replicas of control do not know of each other's.
 */
export interface HandoutLedger {
  handOut(nodeId: NodeId): void;
  outstanding(nodeId: NodeId): number;
  /** Takes in the reports of all live nodes; what is not among them is forgotten. */
  observe(nodes: readonly NodeRecord[]): void;
}

/** Creates an empty ledger. Memory: one small object per live node. */
export function createHandoutLedger(): HandoutLedger {
  let accounts = new Map<NodeId, Account>();
  return {
    handOut(nodeId) {
      const account = accounts.get(nodeId);
      if (account !== undefined) account.sinceReport += 1;
    },
    outstanding(nodeId) {
      const account = accounts.get(nodeId);
      return account === undefined ? 0 : account.sinceReport + account.beforeReport;
    },
    observe(nodes) {
      const next = new Map<NodeId, Account>();
      for (const node of nodes) {
        const { nodeId } = node.description;
        next.set(nodeId, settled(accounts.get(nodeId), node));
      }
      accounts = next;
    },
  };
}

function settled(account: Account | undefined, node: NodeRecord): Account {
  const { incarnation } = node.description;
  const { connections } = node.load;
  const { leaseUntilMs } = node;
  if (account?.incarnation !== incarnation) {
    return { incarnation, leaseUntilMs, connections, sinceReport: 0, beforeReport: 0 };
  }
  if (account.leaseUntilMs === leaseUntilMs) return account;
  const arrived = Math.max(0, connections - account.connections);
  // The oldest are taken to have come first; what is left of them after this report will not come.
  const arrivedLate = Math.min(arrived, account.beforeReport);
  const beforeReport = Math.max(0, account.sinceReport - (arrived - arrivedLate));
  return { incarnation, leaseUntilMs, connections, sinceReport: 0, beforeReport };
}
