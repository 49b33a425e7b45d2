// Tests only: what a process says of itself.
import { VitalsReport } from '@longwire/protos/bus/v1';
import type { RoomRate, VitalHistogram } from '@longwire/protos/bus/v1';

export interface ToldVitals {
  readonly process: string;
  readonly tier?: string;
  readonly startedAtMs?: number;
  readonly uptimeMs: number;
  readonly values?: Readonly<Record<string, number>>;
  readonly histograms?: VitalHistogram[];
  readonly rooms?: RoomRate[];
  readonly cpuSeconds?: number;
}

/** One report as it travels. */
export function vitalsReport(told: ToldVitals): Uint8Array {
  const { process, tier = 'access', startedAtMs = 1, uptimeMs, values = {}, histograms = [], rooms = [] } = told;
  const readings = Object.entries(values).map(([name, value]) => ({ name, value }));
  return VitalsReport.encode({
    process,
    startedAtMs,
    uptimeMs,
    cpuSeconds: told.cpuSeconds ?? 0,
    memoryBytes: 100e6,
    loopDelayMs: 0.5,
    tiers: [{ tier, readings, histograms, rooms }],
  }).finish();
}
