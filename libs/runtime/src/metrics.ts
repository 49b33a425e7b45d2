import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { LOOP_LOOK_MS } from './loop-delay.ts';

export interface MetricOptions<Label extends string> {
  /** `longwire_<app>_<what>_<unit|total>`, in base units (seconds, bytes). */
  readonly name: string;
  readonly help: string;
  /** Bounded sets only: never an id of a room, user or device. */
  readonly labels?: readonly Label[];
}

export interface GaugeOptions<Label extends string> extends MetricOptions<Label> {
  /** Called before each scrape, to set the gauge from the state it mirrors. */
  readonly collect?: (gauge: Gauge<Label>) => void;
}

export interface HistogramOptions<Label extends string> extends MetricOptions<Label> {
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
}

export interface MetricDescription {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

/** One line of a scrape: a histogram has several per set of labels, named `<metric>_bucket`, `_sum` and `_count`. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
}

/** The metrics of one process. A name can be taken once; a bad or taken name throws at definition. */
export interface MetricsRegistry {
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  gauge<Label extends string = never>(options: GaugeOptions<Label>): Gauge<Label>;
  histogram<Label extends string = never>(options: HistogramOptions<Label>): Histogram<Label>;
  /** Adds the process's own figures (CPU, memory, event loop lag) under their usual Prometheus names. */
  collectProcessMetrics(): void;
  /** The samples of one metric as they are now; none when there is no such metric. */
  samples(name: string): Promise<readonly MetricSample[]>;
  /** Everything in the Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
  /** The metrics defined here, in order of definition, without the process's own. */
  list(): readonly MetricDescription[];
}

/** As prom-client has it: only samples of a histogram have a name of their own. */
interface Sample {
  readonly value: number;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly metricName?: string;
}

const NAME_PATTERN = /^longwire(_[a-z0-9]+){2,}$/;

/** An empty registry; nothing is shared between two of them. */
export function createMetricsRegistry(): MetricsRegistry {
  const registry = new Registry();
  const descriptions: MetricDescription[] = [];

  function describe<Label extends string>(type: MetricDescription['type'], options: MetricOptions<Label>) {
    const { name, help, labels = [] } = options;
    if (!NAME_PATTERN.test(name)) throw new Error(`metric name ${name} is not longwire_<app>_<what>_<unit>`);
    if ((type === 'counter') !== name.endsWith('_total'))
      throw new Error(`counters, and only they, end in _total: ${name}`);
    if (registry.getSingleMetric(name) !== undefined) throw new Error(`metric ${name} is defined twice`);
    descriptions.push({ name, type, help, labels });
    return { name, help, labelNames: [...labels], registers: [registry] };
  }

  return {
    counter: (options) => new Counter(describe('counter', options)),
    gauge(options) {
      const { collect } = options;
      const gauge = new Gauge(describe('gauge', options));
      // prom-client calls `collect` as a method of the metric; as an own property it stays ours to type.
      return collect === undefined ? gauge : Object.assign(gauge, { collect: () => collect(gauge) });
    },
    histogram: (options) => new Histogram({ ...describe('histogram', options), buckets: [...options.buckets] }),
    collectProcessMetrics: () =>
      collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_LOOK_MS }),
    async samples(name) {
      const { values = [] } = (await registry.getSingleMetric(name)?.get()) ?? {};
      return values.map(({ value, labels, metricName = name }: Sample) => ({ name: metricName, labels, value }));
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    list: () => [...descriptions],
  };
}

/** The metrics as a markdown table, for a README. */
export function describeMetrics(registry: MetricsRegistry): string {
  const rows = registry
    .list()
    .map(({ name, type, labels, help }) => `| \`${name}\` | ${type} | ${labels.join(', ') || '-'} | ${help} |`);
  return ['| Metric | Type | Labels | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

export type { Counter, Gauge, Histogram } from 'prom-client';
