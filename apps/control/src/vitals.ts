import { openNatsBus } from '@longwire/nats';
import type { OpenBus } from '@longwire/nats';
import { defineComponent, startLoop } from '@longwire/runtime';
import type { AppBase, Component, Loop } from '@longwire/runtime';
import { createVitalsPublisher } from '@longwire/vitals';
import type { TierTable } from '@longwire/vitals';

/** Control has nothing to tell but what every process tells: that it runs, and what it uses. */
export const controlVitals: TierTable = { tier: 'control', readings: [], histograms: [] };

const DIAL_AGAIN_MS = 5000;

/**
 * The vitals of a control process over NATS, which control needs for nothing else: it starts, and stays ready, without it,
 * and dials until it is there.
 */
export function createControlVitals(natsUrl: string, base: AppBase): Component {
  const { clock, logger, metrics, nodeName } = base;
  let bus: OpenBus | undefined;
  let publisher: Component | undefined;
  let dialing: Loop | undefined;

  const begin = async (signal: AbortSignal): Promise<void> => {
    if (bus !== undefined) return;
    bus = await openNatsBus({ url: natsUrl, lane: 'bulk', name: nodeName, logger, clock });
    publisher = createVitalsPublisher({
      process: nodeName,
      bus,
      clock,
      logger,
      metrics,
      tiers: [{ table: controlVitals }],
    });
    await publisher.start(signal);
  };
  return defineComponent({
    name: 'control-vitals',
    start: () => {
      dialing = startLoop({ name: 'vitals-dial', periodMs: DIAL_AGAIN_MS, clock, logger, task: begin });
    },
    stop: async () => {
      await dialing?.stop();
      await publisher?.stop();
      await bus?.close();
    },
  });
}
