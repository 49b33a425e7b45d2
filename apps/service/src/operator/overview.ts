import type { OnlineTotals } from '@longwire/domain';
import type { Tier } from '@longwire/vitals';
import type { ClusterVitals } from './cluster-vitals.ts';

/** Shown where a process runs all tiers. */
const ALL_TIERS = 'standalone';

/** The state of the cluster in one object; `online` is what logic last knew. */
export function overviewOf(vitals: ClusterVitals, online: OnlineTotals, at: number) {
  const processes = vitals.processes();
  const countOf = (tier: Tier) => ({ processes: processes.filter(({ tiers }) => tiers.includes(tier)).length });
  const [deliveriesPerSec, framesPerSec] = [vitals.rate('deliveries'), vitals.rate('frames')];
  const [rawBytes, encodedBytes] = [vitals.rate('rawBytes'), vitals.rate('encodedBytes')];
  return {
    at,
    tiers: {
      control: countOf('control'),
      service: countOf('service'),
      logic: countOf('logic'),
      dispatch: countOf('dispatch'),
      access: countOf('access'),
    } satisfies Record<Tier, unknown>,
    online,
    rates: {
      pushesPerSec: vitals.rate('pushes'),
      messagesPerSec: vitals.rate('messages'),
      batchesPerSec: vitals.rate('batches'),
      forwardsPerSec: vitals.rate('fanOuts'),
      deliveriesPerSec,
      framesPerSec,
      bytesOutPerSec: vitals.rate('bytes'),
      connectsPerSec: vitals.rate('connects'),
      closesPerSec: vitals.rate('closes'),
    },
    savings: { framesRatio: ratio(deliveriesPerSec, framesPerSec), bytesRatio: ratio(encodedBytes, rawBytes) },
    latencyMs: { bulk: vitals.latency('bulk'), express: vitals.latency('express') },
    shedPerSec: vitals.ratesOf('shed'),
    processes: processes.map((process) => ({
      name: process.name,
      tier: process.tiers.length === 1 ? (process.tiers[0] ?? ALL_TIERS) : ALL_TIERS,
      cpu: process.cpu,
      memoryBytes: process.memoryBytes,
      loopDelayMs: process.loopDelayMs,
    })),
  };
}

/** 1 when there was nothing: nothing was saved. */
function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole;
}
