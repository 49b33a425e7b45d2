/** What waits for a place on the stage. */
export interface StageItem {
  readonly key: number;
  readonly text: string;
  readonly color: string;
  readonly kind: 'crowd' | 'gift' | 'own';
}

/** An item that came up; `times` counts equal texts that were put together. */
export interface StageEntry extends StageItem {
  readonly times: number;
}

interface Waiting {
  readonly item: StageItem;
  readonly sinceMs: number;
  times: number;
}

/** Of the crowd: what waits longer is old news, and more could not be read anyway. */
export const MAX_CROWD_WAITING = 60;
export const MAX_CROWD_WAIT_MS = 2_500;
/** Gifts and own words wait for their place however full the stage is; the oldest gift goes first when there are more. */
export const MAX_FAVOURED_WAITING = 40;

/**
 * What wants onto the stage, and the rule by which some of it does not get there: own words come first, then gifts, then
 * the crowd in its order. Equal texts of the crowd are put together. Beyond the bounds the crowd's oldest is shed first,
 * then the oldest gift, and an own word only when nothing else is left to shed.
 */
export class WaitingLine {
  #own: Waiting[] = [];
  #gifts: Waiting[] = [];
  #crowd: Waiting[] = [];
  #shed = 0;

  /** Items that were left out since the beginning. */
  get shed(): number {
    return this.#shed;
  }

  get size(): number {
    return this.#own.length + this.#gifts.length + this.#crowd.length;
  }

  /** How full the crowd's part is, from 0 to 1; its bound is reached only by texts that differ. */
  get pressure(): number {
    return Math.min(1, this.#crowd.length / (MAX_CROWD_WAITING / 3));
  }

  add(item: StageItem, nowMs: number): void {
    const waiting: Waiting = { item, sinceMs: nowMs, times: 1 };
    if (item.kind === 'own') this.#own.push(waiting);
    else if (item.kind === 'gift') this.#gifts.push(waiting);
    else {
      const same = this.#crowd.find((one) => one.item.text === item.text);
      if (same === undefined) this.#crowd.push(waiting);
      else same.times += 1;
    }
    this.#keepBounds();
  }

  /** What is next; stays until {@link take}. */
  peek(nowMs: number): StageEntry | undefined {
    while (this.#crowd[0] !== undefined && nowMs - this.#crowd[0].sinceMs > MAX_CROWD_WAIT_MS) {
      this.#leaveOut(this.#crowd);
    }
    const next = this.#own[0] ?? this.#gifts[0] ?? this.#crowd[0];
    return next === undefined ? undefined : { ...next.item, times: next.times };
  }

  take(): void {
    [this.#own, this.#gifts, this.#crowd].find((line) => line.length > 0)?.shift();
  }

  #keepBounds(): void {
    if (this.#crowd.length > MAX_CROWD_WAITING) this.#leaveOut(this.#crowd);
    if (this.#own.length + this.#gifts.length > MAX_FAVOURED_WAITING) {
      this.#leaveOut(this.#gifts.length > 0 ? this.#gifts : this.#own);
    }
  }

  #leaveOut(line: Waiting[]): void {
    this.#shed += line.shift()?.times ?? 0;
  }
}
