import type { TierVitals, VitalHistogram, VitalReading } from '@longwire/protos/bus/v1';
import type { MetricSample, MetricsRegistry } from '@longwire/runtime';
import type { TierTable, VitalSource } from './tier-table.ts';
import { splitVital } from './vital-names.ts';

/** Reads a tier's vitals from the metrics of its process. */
export async function readTier(
  { tier, readings, histograms }: TierTable,
  metrics: Pick<MetricsRegistry, 'samples'>,
): Promise<Omit<TierVitals, 'rooms'>> {
  const [values, distributions] = await Promise.all([
    Promise.all(readings.map((source) => readSums(source, metrics))),
    Promise.all(histograms.map((source) => readHistograms(source, metrics))),
  ]);
  return { tier, readings: values.flat(), histograms: distributions.flat() };
}

async function readSums(source: VitalSource, metrics: Pick<MetricsRegistry, 'samples'>): Promise<VitalReading[]> {
  const sums = new Map<string, number>();
  for (const sample of await metrics.samples(source.metric)) {
    if (!isWanted(source, sample)) continue;
    const name = nameOf(source, sample);
    sums.set(name, (sums.get(name) ?? 0) + sample.value);
  }
  return [...sums].map(([name, value]) => ({ name, value }));
}

async function readHistograms(
  source: VitalSource,
  metrics: Pick<MetricsRegistry, 'samples'>,
): Promise<VitalHistogram[]> {
  const found = new Map<string, Map<number, number>>();
  for (const sample of await metrics.samples(source.metric)) {
    if (sample.name !== `${source.metric}_bucket` || !isWanted(source, sample)) continue;
    const name = nameOf(source, sample);
    const buckets = found.get(name) ?? new Map<number, number>();
    found.set(name, buckets);
    const bound = boundOf(sample);
    buckets.set(bound, (buckets.get(bound) ?? 0) + sample.value);
  }
  return [...found].map(([name, buckets]) => toHistogram(name, buckets));
}

/** A scrape counts each value in all buckets that it fits in; here it is in the smallest one alone. */
function toHistogram(name: string, cumulative: ReadonlyMap<number, number>): VitalHistogram {
  const ascending = [...cumulative].toSorted(([one], [other]) => one - other);
  const counts = ascending.map(([, count], index) => count - (ascending[index - 1]?.[1] ?? 0));
  return { name, bounds: ascending.map(([bound]) => bound).filter(Number.isFinite), counts };
}

function isWanted({ only }: VitalSource, { labels }: MetricSample): boolean {
  return only === undefined || only.values.includes(String(labels[only.label]));
}

function nameOf({ vital, splitBy, prefix = '' }: VitalSource, { labels }: MetricSample): string {
  return splitBy === undefined ? vital : splitVital(vital, `${prefix}${labels[splitBy] ?? ''}`);
}

function boundOf({ labels }: MetricSample): number {
  const bound = labels['le'];
  return bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
}
