import type { NodeId } from './ids.ts';

/** What an access node says of itself about once a second. */
export interface LoadReport {
  readonly connections: number;
  /** Connections the node is willing to hold. */
  readonly capacity: number;
  /** Mean event loop delay over the last second, ms. */
  readonly loopDelayMs: number;
  /** CPU time over wall time of the last second: 1 is one whole core. */
  readonly cpuRatio: number;
}

/** Who a node is and how clients reach it. */
export interface NodeDescription {
  readonly nodeId: NodeId;
  readonly incarnation: number;
  readonly region: string;
  readonly site: string;
  /** `ws://host:port/sub` as clients dial it. */
  readonly wsUrl: string;
  /** `host:port` as clients dial it. */
  readonly tcpAddress: string;
  readonly version: string;
}

/** What an operator has decided for a node: `active` takes clients, `draining` empties, `ejected` gets no new ones. */
export const NODE_STATES = ['active', 'draining', 'ejected'] as const;
export type NodeState = (typeof NODE_STATES)[number];

/** Most an operator may weigh a node by; 1 is the default and 0 sends it nobody. */
export const MAX_NODE_WEIGHT = 100;

/** Control's whole knowledge of one node. */
export interface NodeRecord {
  readonly description: NodeDescription;
  readonly load: LoadReport;
  readonly state: NodeState;
  /** Said by the node itself: its ports are closed, since it ends or is emptied. Nobody is sent there, whatever its state. */
  readonly isLeaving: boolean;
  readonly weight: number;
  /** When this incarnation first reported, ms since 1970. */
  readonly registeredAtMs: number;
  /** The lease ends then unless renewed, ms since 1970. */
  readonly leaseUntilMs: number;
}
