/** How long and how many ids are remembered. */
export interface RecentIdsLimits {
  readonly keepMs: number;
  readonly maxIds: number;
}

/**
 * The ids seen lately, or keys that stand for them, in two generations: an id is remembered for at least `keepMs`, or for at least the last
 * `maxIds / 2` ids when they come faster than that; never more than `maxIds` are held.
 */
export class RecentIds {
  readonly #limits: RecentIdsLimits;
  #current = new Set<string>();
  #previous = new Set<string>();
  #turnedAtMs: number;

  constructor(limits: RecentIdsLimits, nowMs: number) {
    this.#limits = limits;
    this.#turnedAtMs = nowMs;
  }

  get size(): number {
    return this.#current.size + this.#previous.size;
  }

  has(id: string): boolean {
    return this.#current.has(id) || this.#previous.has(id);
  }

  /** `nowMs` is monotonic and does not fall. */
  add(id: string, nowMs: number): void {
    if (nowMs - this.#turnedAtMs >= this.#limits.keepMs || this.#current.size >= this.#limits.maxIds / 2) {
      // Two turns at once after a pause: what is in `current` is then older than keepMs as well.
      this.#previous = nowMs - this.#turnedAtMs >= 2 * this.#limits.keepMs ? new Set() : this.#current;
      this.#current = new Set();
      this.#turnedAtMs = nowMs;
    }
    this.#current.add(id);
  }
}
