import { isOffered } from '../schedule/eligibility.ts';
import type { NodeList } from './node-registry.ts';

/** How many live nodes are what, for a gauge: each node counts once, as the first of these that fits. */
export function countByState(list: NodeList | undefined): Readonly<Record<string, number>> {
  const counts = { offered: 0, ejected: 0, draining: 0, leaving: 0, unweighted: 0 };
  for (const node of list?.nodes.values() ?? []) {
    if (isOffered(node)) counts.offered += 1;
    else if (node.state === 'ejected') counts.ejected += 1;
    else if (node.state === 'draining') counts.draining += 1;
    else if (node.isLeaving) counts.leaving += 1;
    else counts.unweighted += 1;
  }
  return counts;
}
