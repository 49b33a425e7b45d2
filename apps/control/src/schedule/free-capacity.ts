import type { HandoutLedger } from './handout-ledger.ts';
import type { SchedulingPolicy } from './policy.ts';

/**
 * Weighs a node by the places it has left: its capacity less the connections it reported and less the clients that
 * were sent to it and cannot be in that report yet. A full node gets nobody.
 */
export function createFreeCapacityPolicy(ledger: Pick<HandoutLedger, 'outstanding'>): SchedulingPolicy {
  return {
    name: 'free-capacity',
    factor: ({ load, description }) =>
      Math.max(0, load.capacity - load.connections - ledger.outstanding(description.nodeId)),
  };
}
