import type { Counter, Histogram } from 'prom-client';

/** A counter under fixed labels. */
export interface HeldCounter {
  /** Adds a count, by default 1; not negative. */
  readonly inc: (count?: number) => void;
}

/** A histogram under fixed labels. */
export interface HeldHistogram {
  readonly observe: (value: number) => void;
}

/** Values of a histogram that wait for a scrape: 2 KB. */
const MAX_HELD = 256;

/**
 * A counter for hot paths: costs one addition, since labels are looked up at the scrape alone, which sees every count.
 * Guarded by the micro benches `receive-batches` of access and `take-pushes` of dispatch.
 */
export function holdCounter<Label extends string>(
  counter: Counter<Label>,
  labels: Readonly<Record<Label, string>>,
): HeldCounter {
  let held = 0;
  beforeScrape(counter, () => {
    if (held === 0) return;
    counter.inc({ ...labels }, held);
    held = 0;
  });
  return {
    inc: (count = 1) => {
      held += count;
    },
  };
}

/** A held counter for each of the values that a counter is told apart by. */
export function holdCounters<Label extends string, Value extends string>(
  counter: Counter<Label>,
  values: readonly Value[],
  labelsOf: (value: Value) => Readonly<Record<Label, string>>,
): Readonly<Record<Value, HeldCounter>> {
  const held = values.map((value) => [value, holdCounter(counter, labelsOf(value))] as const);
  return Object.fromEntries(held) as Record<Value, HeldCounter>;
}

/**
 * The same as {@link holdCounter} for a histogram: values are sorted into buckets many at once, at the scrape at the latest.
 * One that is no finite number has no bucket and is left out.
 */
export function holdHistogram<Label extends string>(
  histogram: Histogram<Label>,
  labels: Readonly<Record<Label, string>>,
): HeldHistogram {
  const values = new Float64Array(MAX_HELD);
  let held = 0;
  let child: HeldHistogram | undefined;
  const settle = (): void => {
    if (held === 0) return;
    // Made with the first value: a child that was never given one would be shown as zero.
    child ??= histogram.labels({ ...labels });
    for (let index = 0; index < held; index += 1) child.observe(values[index] ?? 0);
    held = 0;
  };
  beforeScrape(histogram, settle);
  return {
    observe: (value) => {
      // It would be refused, and with it every scrape.
      if (!Number.isFinite(value)) return;
      values[held] = value;
      held += 1;
      if (held === MAX_HELD) settle();
    },
  };
}

/** What is to be settled before a metric is read; a metric is let go of with its registry. */
const settlesOf = new WeakMap<object, (() => void)[]>();

function beforeScrape(metric: object, settle: () => void): void {
  const known = settlesOf.get(metric);
  if (known !== undefined) {
    known.push(settle);
    return;
  }
  const settles = [settle];
  settlesOf.set(metric, settles);
  // prom-client calls `collect` as a method of the metric before it reads it.
  Object.assign(metric, {
    collect: () => {
      for (const each of settles) each();
    },
  });
}
