import type { SchedulingPolicy } from './policy.ts';

/**
 * Share of a node of another region. Small enough that a region with free places keeps its clients, large enough that
 * the last places of a region are not fought over: its clients spill to the others as it fills up, and wholly when full.
 */
export const FOREIGN_FACTOR = 1e-6;

/** Prefers the client's own region; without one, or when no node is in it, all regions are alike. */
export const regionPreference: SchedulingPolicy = {
  name: 'region-preference',
  factor: (node, request) =>
    request.region === undefined || node.description.region === request.region ? 1 : FOREIGN_FACTOR,
};
