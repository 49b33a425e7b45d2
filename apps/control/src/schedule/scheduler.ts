import { drawWeighted } from '@longwire/domain';
import type { NodeId, NodeRecord, Weighted } from '@longwire/domain';
import type { LinkQualityTable } from '../quality/link-quality-table.ts';
import { eligibility } from './eligibility.ts';
import { createFreeCapacityPolicy } from './free-capacity.ts';
import type { HandoutLedger } from './handout-ledger.ts';
import { createLinkQualityPolicy } from './link-quality.ts';
import { nodeHealth } from './node-health.ts';
import { operatorWeight } from './operator-weight.ts';
import type { SchedulingPolicy, SchedulingRequest } from './policy.ts';
import { regionPreference } from './region-preference.ts';
import { createSlowStartPolicy } from './slow-start.ts';

/** Most nodes a client is told: the best and two to fall back to. */
export const MAX_CHOICES = 3;
/** Most nodes the clients of a node that empties are spread over. */
export const MAX_ALTERNATIVES = 16;

/** Finds nodes for clients. Never waits, never throws. */
export interface Scheduler {
  /**
   * The nodes a client should try, best first, at most {@link MAX_CHOICES}; empty when none can take it. A weighted
   * draw, never simply the best node, and the first one drawn counts as handed out.
   */
  place(nodes: readonly NodeRecord[], request: SchedulingRequest): readonly NodeRecord[];
  /**
   * Where clients of `leaving` can go instead, each with its share of them: at most {@link MAX_ALTERNATIVES}, drawn by
   * the shares when there are more. Counts nothing as handed out: the next call sees what the nodes have got since.
   */
  alternatives(
    nodes: readonly NodeRecord[],
    leaving: NodeId,
    request: SchedulingRequest,
  ): readonly Weighted<NodeRecord>[];
}

export interface SchedulerOptions {
  readonly ledger: HandoutLedger;
  readonly quality: Pick<LinkQualityTable, 'standing'>;
  readonly slowStartMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The policies in the order they are asked; one that answers 0 ends the asking. */
export function createScheduler({ ledger, quality, slowStartMs, random }: SchedulerOptions): Scheduler {
  const policies: readonly SchedulingPolicy[] = [
    eligibility,
    operatorWeight,
    createFreeCapacityPolicy(ledger),
    regionPreference,
    nodeHealth,
    createLinkQualityPolicy(quality),
    createSlowStartPolicy(slowStartMs),
  ];
  const weigh = (nodes: readonly NodeRecord[], request: SchedulingRequest): readonly Weighted<NodeRecord>[] => {
    const weighted: Weighted<NodeRecord>[] = [];
    for (const item of nodes) {
      const share = shareOf(policies, item, request);
      if (share > 0) weighted.push({ item, share });
    }
    return weighted;
  };
  return {
    place(nodes, request) {
      const chosen = drawWeighted(weigh(nodes, request), MAX_CHOICES, random);
      const best = chosen[0];
      if (best !== undefined) ledger.handOut(best.description.nodeId);
      return chosen;
    },
    alternatives(nodes, leaving, request) {
      const others = weigh(nodes, request).filter(({ item }) => item.description.nodeId !== leaving);
      if (others.length <= MAX_ALTERNATIVES) return others;
      const drawn = new Set(drawWeighted(others, MAX_ALTERNATIVES, random));
      return others.filter(({ item }) => drawn.has(item));
    },
  };
}

function shareOf(policies: readonly SchedulingPolicy[], node: NodeRecord, request: SchedulingRequest): number {
  let share = 1;
  for (const policy of policies) {
    share *= policy.factor(node, request);
    if (share === 0) return 0;
  }
  return share;
}
