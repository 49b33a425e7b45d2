import type { Bus } from '@longwire/domain';
import { defineComponent } from '@longwire/runtime';
import type { Component, Health } from '@longwire/runtime';

export interface ReadinessOptions {
  readonly health: Health;
  readonly storeHealth: () => true | string;
  readonly bulkBus: Pick<Bus, 'isConnected'>;
}

/** Says ready while the store answers and the bus is connected. */
export function createReadiness({ health, storeHealth, bulkBus }: ReadinessOptions): Component {
  const checks: (() => void)[] = [];
  return defineComponent({
    name: 'logic-readiness',
    start: () => {
      checks.push(
        health.register('logic.store', storeHealth),
        health.register('logic.bulk-bus', () => bulkBus.isConnected() || 'not connected'),
      );
    },
    stop: () => {
      for (const forget of checks.splice(0)) forget();
    },
  });
}
