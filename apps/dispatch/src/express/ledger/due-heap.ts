interface Entry<T> {
  readonly atMs: number;
  readonly item: T;
}

/** Items by the time they are due, the earliest first: a binary heap. Holds an item as often as it was pushed. */
export class DueHeap<T> {
  #entries: Entry<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  push(atMs: number, item: T): void {
    const entries = this.#entries;
    let index = entries.length;
    const entry = { atMs, item };
    entries.push(entry);
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex];
      if (parent === undefined || parent.atMs <= atMs) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  /** Takes the earliest item out when its time is `nowMs` or before. */
  popDue(nowMs: number): T | undefined {
    const [first] = this.#entries;
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = this.#entries.pop();
    if (last !== undefined && this.#entries.length > 0) this.#sink(last);
    return first.item;
  }

  /** Drops the entries that `isWanted` is false for. Takes time as their number: not for every call. */
  retain(isWanted: (atMs: number, item: T) => boolean): void {
    const entries = this.#entries.filter(({ atMs, item }) => isWanted(atMs, item));
    // Sorted is a heap.
    this.#entries = entries.toSorted((one, other) => one.atMs - other.atMs);
  }

  #sink(entry: Entry<T>): void {
    const entries = this.#entries;
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = entries[leftIndex];
      if (left === undefined) break;
      const right = entries[leftIndex + 1];
      const isRightEarlier = right !== undefined && right.atMs < left.atMs;
      const child = isRightEarlier ? right : left;
      if (child.atMs >= entry.atMs) break;
      entries[index] = child;
      index = isRightEarlier ? leftIndex + 1 : leftIndex;
    }
    entries[index] = entry;
  }
}
