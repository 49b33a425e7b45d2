import { readIdKeys } from './id-key.ts';
import { RecentIds } from './recent-ids.ts';
import type { RecentIdsLimits } from './recent-ids.ts';

export interface TakenIdsLimits {
  /** Messages that their callers may push again. */
  readonly keyed: RecentIdsLimits;
  /** The others: service alone repeats them, when an owner before answers sooner than this one that it took nothing. */
  readonly unkeyed: RecentIdsLimits;
}

export interface PushedId {
  readonly messageId: string;
  /** Empty when its caller cannot push it again. */
  readonly idKey: string;
}

/**
 * The messages of one partition that were taken lately, by this owner or one before. Those with a key are apart, so that a
 * barrage of others does not push them out. Bounded: see {@link RecentIds}. Times are monotonic.
 */
export class TakenIds {
  readonly #keyed: RecentIds;
  readonly #unkeyed: RecentIds;

  constructor({ keyed, unkeyed }: TakenIdsLimits, nowMs: number) {
    this.#keyed = new RecentIds(keyed, nowMs);
    this.#unkeyed = new RecentIds(unkeyed, nowMs);
  }

  has({ messageId, idKey }: PushedId): boolean {
    return idKey === '' ? this.#unkeyed.has(messageId) : this.#keyed.has(idKey);
  }

  add({ messageId, idKey }: PushedId, nowMs: number): void {
    if (idKey === '') this.#unkeyed.add(messageId, nowMs);
    else this.#keyed.add(idKey, nowMs);
  }

  /** What an access node was sent by owners before counts as taken from now on. Returns how many of it were not known. */
  takeUp(idKeys: Uint8Array, nowMs: number): number {
    let count = 0;
    for (const idKey of readIdKeys(idKeys)) {
      if (this.#keyed.has(idKey)) continue;
      this.#keyed.add(idKey, nowMs);
      count += 1;
    }
    return count;
  }
}
