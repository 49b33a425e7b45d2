import type { SchedulingPolicy } from './policy.ts';

/** Scales a node by what the operator set: 2 gets twice the share of 1, and 0 gets nobody. */
export const operatorWeight: SchedulingPolicy = {
  name: 'operator-weight',
  factor: (node) => Math.max(0, node.weight),
};
