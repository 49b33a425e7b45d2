export interface LaneTableOptions {
  readonly laneCount: number;
  readonly stageWidthPx: number;
  /** How long an item of no width takes from edge to edge. */
  readonly crossingMs: number;
  /** Least distance between two items of a lane. */
  readonly gapPx: number;
  /** In [0, 1); default Math.random. */
  readonly random?: () => number;
}

/** Where an item goes and how long it takes to leave the stage on the other side. */
export interface Placement {
  readonly lane: number;
  readonly durationMs: number;
}

/** Lanes differ a little in speed, so that the picture does not look like rows of a table. */
const SPEED_SPREAD = 0.16;

/**
 * Gives crossing items a lane such that none ever overlaps another: all items of a lane move at the lane's speed, and
 * one may start only when the one before has entered whole, with a gap behind it.
 */
export class LaneTable {
  readonly #options: LaneTableOptions;
  /** Per lane the time from which on its entrance is free. */
  readonly #freeAtMs: number[];

  constructor(options: LaneTableOptions) {
    this.#options = options;
    this.#freeAtMs = Array.from({ length: options.laneCount }, () => 0);
  }

  /** Takes a free lane at random; undefined when all entrances are taken. */
  place(widthPx: number, nowMs: number): Placement | undefined {
    const { stageWidthPx, gapPx, random = Math.random } = this.#options;
    const free = [...this.#freeAtMs.keys()].filter((lane) => (this.#freeAtMs[lane] ?? 0) <= nowMs);
    const lane = free[Math.floor(random() * free.length)];
    if (lane === undefined) return undefined;
    const pxPerMs = this.#speedOf(lane);
    this.#freeAtMs[lane] = nowMs + (widthPx + gapPx) / pxPerMs;
    return { lane, durationMs: (stageWidthPx + widthPx) / pxPerMs };
  }

  /** Pixels per ms. */
  #speedOf(lane: number): number {
    const { stageWidthPx, crossingMs } = this.#options;
    const spread = ((lane * 5) % 7) / 7 - 0.5;
    return (stageWidthPx / crossingMs) * (1 + spread * SPEED_SPREAD);
  }
}
