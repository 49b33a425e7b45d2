import type { BreakerState } from './circuit-breaker.ts';
import type { MetricsRegistry } from './metrics.ts';

/** Gives each neighbour a listener for its circuit breakers. */
export type BreakerObserver = (peer: string) => (state: BreakerState) => void;

/** Counts what the circuit breakers of a process do, by neighbour. Once per registry. */
export function createBreakerObserver(registry: MetricsRegistry): BreakerObserver {
  const changes = registry.counter<'peer' | 'state'>({
    name: 'longwire_breaker_changes_total',
    help: 'Circuit breakers that opened (calls to an address are held back), tried (half-open), or closed again, by peer.',
    labels: ['peer', 'state'],
  });
  return (peer) => {
    for (const state of ['open', 'half-open', 'closed'] as const) changes.inc({ peer, state }, 0);
    return (state) => changes.inc({ peer, state });
  };
}
