import { LatencyHistogram } from '../core/latency-histogram.ts';
import { wallOffsetMs } from '../core/monotonic.ts';

type Stamped = readonly (readonly [number, number])[];

/**
 * From the API's `acceptedAt` (wall clock, whole ms) to the arrival at probes (monotonic clock of the same machine),
 * which a handful of connections in a process of their own read at once: what the system adds, without what a
 * generator busy with thousands of viewers adds.
 */
export function addedLatency(acceptedAt: Stamped, arrivals: Stamped, offsetMs = wallOffsetMs()): LatencyHistogram {
  const accepted = new Map(acceptedAt);
  const histogram = new LatencyHistogram();
  for (const [number, atMs] of arrivals) {
    const since = accepted.get(number);
    if (since !== undefined) histogram.record(atMs + offsetMs - since);
  }
  return histogram;
}
