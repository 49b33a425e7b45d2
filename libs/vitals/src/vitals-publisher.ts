import type { Bus, Clock, Timer } from '@longwire/domain';
import type { RoomRate, TierVitals } from '@longwire/protos/bus/v1';
import { VitalsReport } from '@longwire/protos/bus/v1';
import { defineComponent, startLoop } from '@longwire/runtime';
import type { Component, Logger, Loop, MetricsRegistry } from '@longwire/runtime';
import { ProcessMeter } from './process-meter.ts';
import { readTier } from './read-tier.ts';
import type { TierTable } from './tier-table.ts';

/** How often every process says how it does. */
export const VITALS_PERIOD_MS = 1000;

/** One tier that runs in the process. */
export interface TierSource {
  readonly table: TierTable;
  /** The busiest rooms, busiest first: a bounded list. */
  readonly rooms?: () => readonly RoomRate[];
}

export interface VitalsPublisherOptions {
  /** Name of the process. */
  readonly process: string;
  readonly bus: Pick<Bus, 'publish'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Pick<MetricsRegistry, 'samples'>;
  /** One, or all five when the whole system is one process. */
  readonly tiers: readonly TierSource[];
  /** Uniform in [0, 1); default Math.random. */
  readonly random?: () => number;
}

/**
 * Publishes the process's vitals once a second, from a random moment within the first one on, so that the processes of a
 * cluster that starts at once do not all speak at once. At most once: a report that is lost is made up for by the next,
 * whose counters go on rising. Costs one small message a second, whether somebody listens or not.
 */
export function createVitalsPublisher(options: VitalsPublisherOptions): Component {
  const { clock, logger, random = Math.random } = options;
  const meter = new ProcessMeter();
  let first: Timer | undefined;
  let loop: Loop | undefined;
  return defineComponent({
    name: 'vitals',
    start: () => {
      const run = { startedAtMs: clock.now(), startedAt: clock.monotonic() };
      meter.start();
      const task = () => publish(options, meter, run);
      first = clock.after(random() * VITALS_PERIOD_MS, () => {
        loop = startLoop({ name: 'vitals', periodMs: VITALS_PERIOD_MS, clock, logger, task });
      });
    },
    stop: async () => {
      first?.cancel();
      await loop?.stop();
      meter.stop();
    },
  });
}

interface Run {
  readonly startedAtMs: number;
  readonly startedAt: number;
}

async function publish(options: VitalsPublisherOptions, meter: ProcessMeter, run: Run): Promise<void> {
  const { bus, clock, metrics, tiers, process } = options;
  const told: TierVitals[] = await Promise.all(
    tiers.map(async ({ table, rooms }) => ({ ...(await readTier(table, metrics)), rooms: [...(rooms?.() ?? [])] })),
  );
  const uptimeMs = clock.monotonic() - run.startedAt;
  const report = { process, startedAtMs: run.startedAtMs, uptimeMs, ...meter.read(), tiers: told };
  // A bus that is cut off has counted the loss itself.
  bus.publish({ kind: 'vitals' }, VitalsReport.encode(report).finish());
}
