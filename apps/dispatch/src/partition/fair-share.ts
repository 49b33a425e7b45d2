/** This process's part of the partitions among all live candidates. */
export interface FairShare {
  /** How many to own; over all candidates these add up to exactly the number of partitions. */
  readonly count: number;
  /** Every partition, in the order this process prefers them: each candidate begins with a slice of its own. */
  readonly order: readonly number[];
}

/**
 * Deals `partitions` to the sorted `candidates`: equal parts, the remainder to the first ones. Undefined when `holder` is
 * not among them. All processes that see the same candidates come to parts that fit together without talking.
 */
export function fairShare(partitions: number, candidates: readonly string[], holder: string): FairShare | undefined {
  const rank = candidates.indexOf(holder);
  if (rank < 0) return undefined;
  const base = Math.floor(partitions / candidates.length);
  const remainder = partitions % candidates.length;
  const start = rank * base + Math.min(rank, remainder);
  return {
    count: base + (rank < remainder ? 1 : 0),
    order: Array.from({ length: partitions }, (_, index) => (start + index) % partitions),
  };
}

/** Which of the owned partitions to hand over: those this process prefers least, as many as are above its share. */
export function surplusOf(share: FairShare, owned: ReadonlySet<number>): readonly number[] {
  return share.order.filter((partition) => owned.has(partition)).slice(share.count);
}
