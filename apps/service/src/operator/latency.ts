/** Counts per upper bound; Infinity holds what is above all others. Each value is in one bucket alone. */
export type Buckets = ReadonlyMap<number, number>;

/** Milliseconds. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** Adds up what several processes have counted; they need not have the same bounds. */
export function mergeBuckets(all: Iterable<Buckets>): Buckets {
  const merged = new Map<number, number>();
  for (const buckets of all) {
    for (const [bound, count] of buckets) merged.set(bound, (merged.get(bound) ?? 0) + count);
  }
  return merged;
}

/** Of seconds, null without a value. Exact to the bucket, between its bounds by proportion. */
export function latencyOf(buckets: Buckets): Latency | null {
  const ascending = [...buckets].toSorted(([one], [other]) => one - other);
  const total = ascending.reduce((sum, [, count]) => sum + count, 0);
  if (total <= 0) return null;
  const at = (share: number): number => Math.round(quantile(ascending, total * share) * 1e5) / 100;
  return { p50: at(0.5), p99: at(0.99) };
}

function quantile(ascending: readonly (readonly [number, number])[], rank: number): number {
  let below = 0;
  let lower = 0;
  for (const [bound, count] of ascending) {
    if (below + count >= rank && count > 0) {
      return Number.isFinite(bound) ? lower + ((bound - lower) * (rank - below)) / count : lower;
    }
    below += count;
    if (Number.isFinite(bound)) lower = bound;
  }
  return lower;
}
