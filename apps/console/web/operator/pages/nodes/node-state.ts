import { shownStateOf } from '@longwire/domain';
import type { NodeView, ShownNodeState } from '@longwire/domain';
import type { Tone } from '../../ui/badge.tsx';

export const TONES: Readonly<Record<ShownNodeState, Tone>> = {
  active: 'good',
  draining: 'warn',
  ejected: 'bad',
  leaving: 'warn',
};

/** Whether new clients are sent to the node. */
export const takesClients = (node: Pick<NodeView, 'state' | 'isLeaving' | 'weight'>): boolean =>
  shownStateOf(node) === 'active' && node.weight > 0;

/** Whether nobody could connect without this node. */
export const isLastOne = (node: NodeView, nodes: readonly NodeView[]): boolean =>
  takesClients(node) && nodes.filter(takesClients).every(({ nodeId }) => nodeId === node.nodeId);
