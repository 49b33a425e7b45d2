/** The middle value; the mean of the two middle ones when there is no middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) return Number.NaN;
  const lower = sorted[half - 1];
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}

/** How far apart the values lie: (largest - smallest) / median. 0 for fewer than two. */
export function spread(values: readonly number[]): number {
  if (values.length < 2) return 0;
  return (Math.max(...values) - Math.min(...values)) / Math.abs(median(values));
}

/** Divides round by round. Ratios of one round are immune to what slows the whole machine; times are not. */
export function ratios(values: readonly number[], bases: readonly number[]): readonly number[] {
  return values.slice(0, bases.length).map((value, round) => value / (bases[round] ?? Number.NaN));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
