import type { NodeRecord } from '@longwire/domain';

/** What is known of the client that a node is looked for. */
export interface SchedulingRequest {
  /** Region the client says it is in; undefined when it did not say. */
  readonly region: string | undefined;
  /** Wall clock, ms since 1970. */
  readonly nowMs: number;
}

/**
 * One consideration of the choice of a node. A node's share of new connections is in proportion to the product of
 * the factors of all policies; a factor of 0 rules the node out. Pure and cheap: it runs per node and connect.
 */
export interface SchedulingPolicy {
  readonly name: string;
  /** Finite and at least 0. */
  factor(node: NodeRecord, request: SchedulingRequest): number;
}
