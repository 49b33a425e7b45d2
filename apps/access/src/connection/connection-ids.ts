import type { ConnectionId, NodeIncarnation } from '@longwire/domain';
import { trustedId } from '@longwire/domain';

/** Returns a source of ids that no other node and no other run of this node ever gives out. */
export function connectionIdsOf({ nodeId, incarnation }: NodeIncarnation): () => ConnectionId {
  const prefix = `${nodeId}-${incarnation.toString(36)}-`;
  let given = 0;
  return () => {
    given += 1;
    return trustedId<ConnectionId>(prefix + given.toString(36));
  };
}
