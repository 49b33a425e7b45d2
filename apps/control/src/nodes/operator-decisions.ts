import { AppError } from '@longwire/domain';
import type { NodeDirectory, NodeId, NodeRecord, NodeState } from '@longwire/domain';
import type { NodeRegistry } from './node-registry.ts';

/**
 * What an operator can decide for a node. Resolves with the node as it then stands, in use by this replica, or with
 * `not-alive`: the decision is kept and holds once the node reports again. Rejects with `unknown-node` for one that is
 * neither alive nor was ever decided on, or with `store-unavailable`.
 */
export interface OperatorDecisions {
  setState(nodeId: NodeId, state: NodeState): Promise<NodeRecord | 'not-alive'>;
  setWeight(nodeId: NodeId, weight: number): Promise<NodeRecord | 'not-alive'>;
}

/** Writes decisions to the directory and reads them back; the other replicas see them at their next reading. */
export function createOperatorDecisions(
  directory: Pick<NodeDirectory, 'setState' | 'setWeight'>,
  registry: Pick<NodeRegistry, 'refresh' | 'current'>,
): OperatorDecisions {
  const readBack = async (nodeId: NodeId, isKnown: boolean): Promise<NodeRecord | 'not-alive'> => {
    if (!isKnown) {
      const detail = `There is no access node ${nodeId}: none of that name is alive, and no decision about one is kept`;
      throw new AppError('unknown-node', detail);
    }
    await registry.refresh();
    return registry.current().nodes.get(nodeId) ?? 'not-alive';
  };
  return {
    setState: async (nodeId, state) => readBack(nodeId, await directory.setState(nodeId, state)),
    setWeight: async (nodeId, weight) => readBack(nodeId, await directory.setWeight(nodeId, weight)),
  };
}
