import type { SchedulingPolicy } from './policy.ts';

/** A strained node keeps this part of its share: were all strained, clients would still be placed. */
export const STRAINED_FACTOR = 0.1;

const LOOP_DELAY_MS = { calm: 50, strained: 250 } as const;
const CPU_RATIO = { calm: 0.85, strained: 1 } as const;

/** Prefers nodes with a calm event loop and spare CPU; the share falls in a straight line between calm and strained. */
export const nodeHealth: SchedulingPolicy = {
  name: 'node-health',
  factor: ({ load }) => Math.min(calmness(load.loopDelayMs, LOOP_DELAY_MS), calmness(load.cpuRatio, CPU_RATIO)),
};

function calmness(value: number, range: { readonly calm: number; readonly strained: number }): number {
  const strain = Math.min(1, Math.max(0, (value - range.calm) / (range.strained - range.calm)));
  return 1 - strain * (1 - STRAINED_FACTOR);
}
