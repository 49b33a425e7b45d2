import type { NodeView } from '@longwire/domain';
import type { Tone } from '../../ui/badge.tsx';

export const STATES = ['active', 'draining', 'ejected', 'leaving'] as const;
export type ShownState = (typeof STATES)[number];

export const TONES: Readonly<Record<ShownState, Tone>> = {
  active: 'good',
  draining: 'warn',
  ejected: 'bad',
  leaving: 'warn',
};

/** What a node is, as operators are told: one that takes nobody by itself is leaving, but for one that was told to drain. */
export const stateOf = (node: Pick<NodeView, 'state' | 'isLeaving'>): ShownState =>
  node.isLeaving && node.state !== 'draining' ? 'leaving' : node.state;

/** Whether new clients are sent to the node. */
export const takesClients = (node: Pick<NodeView, 'state' | 'isLeaving' | 'weight'>): boolean =>
  stateOf(node) === 'active' && node.weight > 0;

/** Whether nobody could connect without this node. */
export const isLastOne = (node: NodeView, nodes: readonly NodeView[]): boolean =>
  takesClients(node) && nodes.filter(takesClients).every(({ nodeId }) => nodeId === node.nodeId);
