import type { Clock } from '@longwire/domain';
import { defineComponent, startLoop } from '@longwire/runtime';
import type { Component, Logger, Loop } from '@longwire/runtime';
import type { NodeRegistry } from './node-registry.ts';

export interface ListRefresherOptions {
  readonly registry: Pick<NodeRegistry, 'refresh'>;
  readonly periodMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Told of each reading that failed. */
  readonly onFault: (fault: unknown) => void;
}

/** Reads the list of nodes once before the start is done, and then every `periodMs`, also while the store is away. */
export function createListRefresher({ registry, periodMs, clock, logger, onFault }: ListRefresherOptions): Component {
  let loop: Loop | undefined;
  const read = async (): Promise<void> => {
    try {
      await registry.refresh();
    } catch (fault) {
      onFault(fault);
      throw fault;
    }
  };
  return defineComponent({
    name: 'list-refresher',
    async start() {
      // A store that is away now is no reason not to start: readiness tells, and the loop tries again.
      await read().catch(() => undefined);
      // A returning store is noticed within a second, since decisions of other replicas are to act that soon.
      loop = startLoop({ name: 'list-refresh', periodMs, clock, logger, task: read, maxBackoffMs: 1000 });
    },
    stop: () => loop?.stop(),
  });
}
