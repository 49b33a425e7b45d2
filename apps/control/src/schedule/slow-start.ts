import type { SchedulingPolicy } from './policy.ts';

/** What a node that has just registered starts with: enough to be seen working, too little to be buried. */
export const FIRST_FACTOR = 0.05;

/**
 * Lets the share of a new node rise in a straight line over `slowStartMs` from its registration: caches, JIT and the
 * kernel's buffers of a fresh process are cold. 0 switches it off. Nodes that are all equally new share alike.
 */
export function createSlowStartPolicy(slowStartMs: number): SchedulingPolicy {
  return {
    name: 'slow-start',
    factor: (node, request) => {
      if (slowStartMs === 0) return 1;
      const ageMs = request.nowMs - node.registeredAtMs;
      return Math.min(1, Math.max(FIRST_FACTOR, ageMs / slowStartMs));
    },
  };
}
