import type { NodeId } from '../ids.ts';
import type { LoadReport, NodeDescription, NodeRecord, NodeState } from '../node-record.ts';

export interface NodeReport {
  readonly description: NodeDescription;
  readonly load: LoadReport;
  readonly isLeaving: boolean;
}

export interface NodeDirectorySnapshot {
  /** Rises whenever what clients may be told changes: nodes coming and going, addresses, states, weights; not load. */
  readonly version: number;
  /** Nodes with a live lease, by NodeId. */
  readonly nodes: readonly NodeRecord[];
}

/**
 * The access nodes that control's replicas share. Operator decisions (state, weight) outlive restarts of the node;
 * rejects with `store-unavailable`.
 */
export interface NodeDirectory {
  /** Renews the lease for `ttlMs` and returns the record as it now stands. */
  report(report: NodeReport, ttlMs: number): Promise<NodeRecord>;
  /** Ends the lease of this incarnation at once: the node has stopped. */
  remove(nodeId: NodeId, incarnation: number): Promise<void>;
  /** Reads all live nodes; lapsed leases are dropped, raising the version once. */
  snapshot(): Promise<NodeDirectorySnapshot>;
  /** False when the node is not known. */
  setState(nodeId: NodeId, state: NodeState): Promise<boolean>;
  setWeight(nodeId: NodeId, weight: number): Promise<boolean>;
}
