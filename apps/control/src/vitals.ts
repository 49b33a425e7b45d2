import type { OpenBus } from '@longwire/nats';
import { defineComponent, startLoop } from '@longwire/runtime';
import type { AppBase, Component, Loop } from '@longwire/runtime';
import { createVitalsPublisher } from '@longwire/vitals';
import type { TierTable } from '@longwire/vitals';

/** Control has nothing to tell but what every process tells: that it runs, and what it uses. */
export const controlVitals: TierTable = { tier: 'control', readings: [], histograms: [] };

const DIAL_AGAIN_MS = 5000;

export interface ControlVitalsOptions extends AppBase {
  /** Rejects while NATS cannot be reached. */
  readonly openBus: () => Promise<Pick<OpenBus, 'publish' | 'close'>>;
}

/**
 * The vitals of a control process over NATS, which control needs for nothing else: it starts, and stays ready, without it,
 * and dials until it is there.
 */
export function createControlVitals({ openBus, nodeName, ...base }: ControlVitalsOptions): Component {
  let bus: Pick<OpenBus, 'publish' | 'close'> | undefined;
  let publisher: Component | undefined;
  let dialing: Loop | undefined;

  const begin = async (signal: AbortSignal): Promise<void> => {
    if (publisher !== undefined) return;
    bus ??= await openBus();
    const made = createVitalsPublisher({ ...base, process: nodeName, bus, tiers: [{ table: controlVitals }] });
    await made.start(signal);
    publisher = made;
  };
  return defineComponent({
    name: 'control-vitals',
    start: () => {
      dialing = startLoop({ ...base, name: 'vitals-dial', periodMs: DIAL_AGAIN_MS, task: begin });
    },
    stop: async () => {
      await dialing?.stop();
      await publisher?.stop();
      await bus?.close();
    },
  });
}
