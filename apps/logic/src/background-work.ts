import type { Clock, LogicApi, PresenceStore } from '@longwire/domain';
import { defineComponent, startLoop } from '@longwire/runtime';
import type { Component, Logger, Loop, LoopOptions } from '@longwire/runtime';
import type { LogicConfig } from './config.ts';
import { tellUntoldEvents } from './events/untold-events.ts';
import type { EventOutbox } from './events/event-outbox.ts';
import type { LogicMetrics } from './metrics.ts';
import { sweepLapsedNodes } from './presence/lapsed-sweep.ts';

/** How often the online totals are read for the metrics. */
const TOTALS_PERIOD_MS = 5000;

export interface BackgroundWorkOptions {
  readonly presence: PresenceStore;
  readonly outbox: EventOutbox;
  readonly api: Pick<LogicApi, 'totals'>;
  readonly metrics: LogicMetrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What logic does without being asked; each loop goes on for itself when another one fails. In the order of starting. */
export function createBackgroundWork(config: LogicConfig, options: BackgroundWorkOptions): readonly Component[] {
  const { presence, outbox, api, metrics, clock, logger } = options;
  const loop = (name: string, periodMs: number, task: LoopOptions['task']): Component =>
    createLoopComponent({ name, periodMs, clock, logger, task });

  const lastFlush = defineComponent({
    name: 'event-outbox',
    // Stopped after the loops: what they and the last reports left is written, if the log takes it in time.
    stop: () => outbox.flush(),
  });
  const totals = loop('totals', TOTALS_PERIOD_MS, async () => {
    for (const [what, count] of Object.entries(await api.totals())) metrics.online.set({ what }, count);
  });
  const leaves = loop('untold-events', config.leavesMs, (signal) =>
    tellUntoldEvents({ store: presence, outbox }, signal),
  );
  const sweep = loop('lapsed-sweep', config.sweepMs, (signal) =>
    sweepLapsedNodes(
      {
        store: presence,
        onSwept: (node, sessions) => {
          metrics.sweptNodes.inc();
          metrics.sweptSessions.inc(sessions);
          logger.warn({ ...node, sessions }, 'node-swept');
        },
      },
      signal,
    ),
  );
  return [lastFlush, totals, leaves, sweep];
}

function createLoopComponent(options: LoopOptions): Component {
  let running: Loop | undefined;
  return defineComponent({
    name: options.name,
    start: () => {
      running = startLoop(options);
    },
    stop: () => running?.stop(),
  });
}
