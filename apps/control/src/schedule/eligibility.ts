import type { NodeRecord } from '@longwire/domain';
import type { SchedulingPolicy } from './policy.ts';

/**
 * True when clients may be told about the node: it is active, is not on its way out by itself, and its weight lets it
 * take somebody. Dead nodes are not asked about: the directory's snapshot holds live leases only.
 */
export function isOffered(node: NodeRecord): boolean {
  return node.state === 'active' && !node.isLeaving && node.weight > 0;
}

/** Rules out nodes that are draining, ejected or leaving. */
export const eligibility: SchedulingPolicy = {
  name: 'eligibility',
  factor: (node) => (isOffered(node) ? 1 : 0),
};
