import type { NodeState } from '../node-record.ts';
import type { NodeReport } from './node-directory.ts';

/** Where a client of a draining node should go instead, as it is put into op 24. */
export interface NodeAddress {
  readonly nodeId: string;
  readonly region: string;
  readonly ws: string;
  readonly tcp: string;
}

/** Such a node, and how much of those that must go it should get: in proportion to the shares of the others. */
export interface NodeAlternative extends NodeAddress {
  /** Above 0. */
  readonly share: number;
}

/** What control answers to a report. */
export interface NodeDirective {
  readonly state: NodeState;
  /** Other nodes for clients that must leave this one, at most 16; none when there is no other. */
  readonly alternatives: readonly NodeAlternative[];
}

/** One access node's line to control; it reconnects by itself until closed. */
export interface NodeLink {
  /** Renews the lease. Never rejects: undefined when control cannot be reached; the node then goes on as it was. */
  report(report: NodeReport): Promise<NodeDirective | undefined>;
  /** Says that this incarnation has stopped, if that can still be said within 1 s, and ends the line. */
  close(): Promise<void>;
}

/** What the control tier offers to access nodes. */
export interface ControlApi {
  openNodeLink(): NodeLink;
  isAvailable(): boolean;
}
