import type { NodeId, NodeRecord } from '@longwire/domain';
import { eligibility } from './eligibility.ts';
import { createFreeCapacityPolicy } from './free-capacity.ts';
import type { HandoutLedger } from './handout-ledger.ts';
import { nodeHealth } from './node-health.ts';
import { operatorWeight } from './operator-weight.ts';
import type { SchedulingPolicy, SchedulingRequest } from './policy.ts';
import { regionPreference } from './region-preference.ts';
import { createSlowStartPolicy } from './slow-start.ts';
import { drawWeighted } from './weighted-choice.ts';
import type { Weighted } from './weighted-choice.ts';

/** Most nodes a client is told: the best and two to fall back to. */
export const MAX_CHOICES = 3;

/** Finds nodes for clients. Never waits, never throws. */
export interface Scheduler {
  /**
   * The nodes a client should try, best first, at most {@link MAX_CHOICES}; empty when none can take it. A weighted
   * draw, never simply the best node, and the first one drawn counts as handed out.
   */
  place(nodes: readonly NodeRecord[], request: SchedulingRequest): readonly NodeRecord[];
  /** Where clients of `leaving` can go instead: the same draw without that node and without counting. */
  alternatives(nodes: readonly NodeRecord[], leaving: NodeId, request: SchedulingRequest): readonly NodeRecord[];
}

export interface SchedulerOptions {
  readonly ledger: HandoutLedger;
  readonly slowStartMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The policies in the order they are asked; one that answers 0 ends the asking. */
export function createScheduler({ ledger, slowStartMs, random }: SchedulerOptions): Scheduler {
  const policies: readonly SchedulingPolicy[] = [
    eligibility,
    operatorWeight,
    createFreeCapacityPolicy(ledger),
    regionPreference,
    nodeHealth,
    createSlowStartPolicy(slowStartMs),
  ];
  const draw = (nodes: readonly NodeRecord[], request: SchedulingRequest, without?: NodeId): readonly NodeRecord[] => {
    const weighted: Weighted<NodeRecord>[] = [];
    for (const node of nodes) {
      if (node.description.nodeId === without) continue;
      const share = shareOf(policies, node, request);
      if (share > 0) weighted.push({ item: node, share });
    }
    return drawWeighted(weighted, MAX_CHOICES, random);
  };
  return {
    place(nodes, request) {
      const chosen = draw(nodes, request);
      const best = chosen[0];
      if (best !== undefined) ledger.handOut(best.description.nodeId);
      return chosen;
    },
    alternatives: (nodes, leaving, request) => draw(nodes, request, leaving),
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
