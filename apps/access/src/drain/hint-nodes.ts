import { drawWeighted } from '@longwire/domain';
import type { NodeAddress, NodeAlternative } from '@longwire/domain';

/** Most nodes a hint names: the one to take and two to fall back to. */
const MAX_HINT_NODES = 3;

/**
 * The nodes for one client's hint, the one to take first. Drawn anew for each client by the shares that control gave
 * the nodes, so that the clients of a node that empties spread over all others and do not all go to the best.
 */
export function drawHintNodes(alternatives: readonly NodeAlternative[], random: () => number): readonly NodeAddress[] {
  const weighted = alternatives.map(({ share, ...address }) => ({ item: address, share }));
  return drawWeighted(weighted, MAX_HINT_NODES, random);
}
