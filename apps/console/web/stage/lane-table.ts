export interface LaneTableOptions {
  readonly laneCount: number;
  readonly stageWidthPx: number;
  /** Least distance between two items of a lane, at every moment. */
  readonly gapPx: number;
  /** In [0, 1); default Math.random. */
  readonly random?: () => number;
}

const SPEED_SPREAD = 0.16;

/** An item on its way from the right edge to the left, at one speed. */
export interface Crossing {
  readonly lane: number;
  readonly startMs: number;
  readonly widthPx: number;
  readonly pxPerMs: number;
}

/**
 * Gives crossing items a lane such that no two ever overlap. Items may differ in speed: one is let in only when the one
 * before it has entered whole, and when it cannot catch up with that one before it has left.
 */
export class LaneTable {
  readonly #options: LaneTableOptions;
  /** Per lane the item that went in last. */
  readonly #last: (Crossing | undefined)[];

  constructor(options: LaneTableOptions) {
    this.#options = options;
    this.#last = Array.from({ length: options.laneCount }, () => undefined);
  }

  /**
   * Takes a free lane at random from `firstLane` on; undefined when none can take the item now. Each lane makes its items
   * a little faster or slower, all alike: a stage where all move as one looks like a table, and items of one lane that
   * differ in speed need gaps between them.
   */
  place(item: Pick<Crossing, 'widthPx' | 'pxPerMs'>, nowMs: number, firstLane = 0): Crossing | undefined {
    const { random = Math.random } = this.#options;
    const free: number[] = [];
    for (let lane = firstLane; lane < this.#last.length; lane += 1) {
      if (this.#isFree(this.#last[lane], item.pxPerMs * paceOf(lane), nowMs)) free.push(lane);
    }
    const lane = free[Math.floor(random() * free.length)];
    if (lane === undefined) return undefined;
    const crossing = { lane, startMs: nowMs, widthPx: item.widthPx, pxPerMs: item.pxPerMs * paceOf(lane) };
    this.#last[lane] = crossing;
    return crossing;
  }

  /** The stage has become higher or lower: lanes are added or gone below; those that stay are as they were. */
  resize(laneCount: number): void {
    while (this.#last.length < laneCount) this.#last.push(undefined);
    this.#last.length = laneCount;
  }

  /** Where the item's left edge is; below `-widthPx` it has left. */
  leftOf({ startMs, pxPerMs }: Crossing, nowMs: number): number {
    return this.#options.stageWidthPx - pxPerMs * (nowMs - startMs);
  }

  #isFree(before: Crossing | undefined, pxPerMs: number, nowMs: number): boolean {
    if (before === undefined) return true;
    const { stageWidthPx, gapPx } = this.#options;
    const tailPx = this.leftOf(before, nowMs) + before.widthPx;
    if (tailPx + gapPx > stageWidthPx) return false;
    // Distances change in a straight line: it is enough to look at the moment when the one before has left.
    const leavesInMs = Math.max(0, tailPx) / before.pxPerMs;
    return stageWidthPx - pxPerMs * leavesInMs >= gapPx;
  }
}

function paceOf(lane: number): number {
  return 1 + SPEED_SPREAD * (((lane * 5) % 7) / 7 - 0.5);
}
