import type { NodeView } from '@longwire/domain';
import { signal } from '@preact/signals';

/** Most connections seen on each node since it is being emptied: what its progress is measured by. */
export type Drains = ReadonlyMap<string, number>;

export interface DrainProgress {
  readonly left: number;
  /** 0 to 1. */
  readonly ratio: number;
}

export const drains = signal<Drains>(new Map());

const isEmptying = (node: NodeView): boolean => node.state === 'draining' || node.isLeaving;

/** The drains after a reading of the nodes; the same map when nothing has changed. */
export function nextDrains(last: Drains, nodes: readonly NodeView[]): Drains {
  const next = new Map<string, number>();
  for (const node of nodes) {
    if (isEmptying(node)) next.set(node.nodeId, Math.max(last.get(node.nodeId) ?? 0, node.load.connections));
  }
  const isSame = next.size === last.size && [...next].every(([id, most]) => last.get(id) === most);
  return isSame ? last : next;
}

/** How far the emptying of a node is; undefined for one that is not being emptied. */
export function progressOf(node: NodeView, known: Drains): DrainProgress | undefined {
  if (!isEmptying(node)) return undefined;
  const left = node.load.connections;
  const most = Math.max(known.get(node.nodeId) ?? left, left);
  return { left, ratio: most === 0 ? 1 : 1 - left / most };
}

/** Keeps the number a drain starts from, before the first reading that shows it draining. */
export function noteDrain({ nodeId, load }: NodeView): void {
  drains.value = new Map(drains.value).set(nodeId, load.connections);
}
