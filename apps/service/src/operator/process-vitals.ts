import type { TierVitals, VitalsReport } from '@longwire/protos/bus/v1';
import type { Buckets } from './latency.ts';

/** Rates are taken over this time, latencies over {@link LATENCY_SPAN_MS}. */
export const RATE_SPAN_MS = 5000;
export const LATENCY_SPAN_MS = 10_000;
/** One a second over the longer of the spans, and the one that it begins with. */
const MAX_REPORTS = 12;

/** One report, in the form in which it is asked. */
interface Reading {
  readonly uptimeMs: number;
  readonly cpuSeconds: number;
  readonly values: ReadonlyMap<string, number>;
  readonly histograms: ReadonlyMap<string, Buckets>;
}

/** What one run of a process has told within the last seconds. Counters rise, so a lost report loses nothing. */
export class ProcessVitals {
  readonly name: string;
  readonly startedAtMs: number;
  readonly tiers: readonly string[];
  /** By the clock of this process, monotonic. */
  heardAtMs: number;
  /** The busiest rooms of the newest report. */
  rooms: TierVitals['rooms'] = [];
  memoryBytes = 0;
  loopDelayMs = 0;
  readonly #readings: Reading[] = [];

  constructor(report: VitalsReport, nowMs: number) {
    this.name = report.process;
    this.startedAtMs = report.startedAtMs;
    this.tiers = report.tiers.map(({ tier }) => tier);
    this.heardAtMs = nowMs;
    this.add(report, nowMs);
  }

  add(report: VitalsReport, nowMs: number): void {
    // Passed by one that was published after it, or a repeat.
    if (report.uptimeMs <= (this.#newest?.uptimeMs ?? Number.NEGATIVE_INFINITY)) return;
    this.heardAtMs = nowMs;
    this.rooms = report.tiers.flatMap(({ rooms }) => rooms);
    this.memoryBytes = report.memoryBytes;
    this.loopDelayMs = report.loopDelayMs;
    this.#readings.push(toReading(report));
    if (this.#readings.length > MAX_REPORTS) this.#readings.shift();
  }

  /** Cores in use. */
  get cpu(): number {
    return this.#perSecond((reading) => reading.cpuSeconds);
  }

  /** The newest value. */
  value(name: string): number {
    return this.#newest?.values.get(name) ?? 0;
  }

  has(name: string): boolean {
    return this.#newest?.values.has(name) ?? false;
  }

  rate(name: string): number {
    return this.#perSecond((reading) => reading.values.get(name) ?? 0);
  }

  /** Splits of a vital that the process tells. */
  splitsOf(vital: string): readonly string[] {
    const names = [...(this.#newest?.values.keys() ?? [])];
    return names.filter((name) => name.startsWith(`${vital}.`)).map((name) => name.slice(vital.length + 1));
  }

  /** What the histogram has counted within the last seconds. */
  counted(name: string): Buckets {
    const [from, to] = this.#span(LATENCY_SPAN_MS);
    const before = from?.histograms.get(name);
    const counts = [...(to?.histograms.get(name) ?? [])];
    return new Map(counts.map(([bound, count]) => [bound, Math.max(0, count - (before?.get(bound) ?? 0))]));
  }

  get #newest(): Reading | undefined {
    return this.#readings.at(-1);
  }

  #perSecond(of: (reading: Reading) => number): number {
    const [from, to] = this.#span(RATE_SPAN_MS);
    if (from === undefined || to === undefined || to.uptimeMs <= from.uptimeMs) return 0;
    return Math.max(0, (of(to) - of(from)) / ((to.uptimeMs - from.uptimeMs) / 1000));
  }

  /** The newest report and the oldest that is not older than the span, give or take half a second. */
  #span(spanMs: number): readonly [Reading | undefined, Reading | undefined] {
    const newest = this.#newest;
    if (newest === undefined) return [undefined, undefined];
    return [this.#readings.find((reading) => newest.uptimeMs - reading.uptimeMs <= spanMs + 500), newest];
  }
}

function toReading({ uptimeMs, cpuSeconds, tiers }: VitalsReport): Reading {
  const values = tiers.flatMap(({ readings }) => readings.map(({ name, value }) => [name, value] as const));
  const histograms = tiers.flatMap((tier) =>
    tier.histograms.map(
      ({ name, bounds, counts }) =>
        [name, new Map(counts.map((count, index) => [bounds[index] ?? Number.POSITIVE_INFINITY, count]))] as const,
    ),
  );
  return { uptimeMs, cpuSeconds, values: new Map(values), histograms: new Map(histograms) };
}
