import { PARTITION_COUNT } from '@longwire/domain';

const KEY_BYTES = 8;
/** Ids remembered per partition: 32 KiB, 2 MiB on the node. An answer with all of them is far below what the bus takes. */
export const MAX_KEYS = 4096;
const HALF_BYTES = (MAX_KEYS / 2) * KEY_BYTES;

interface Generations {
  current: Buffer;
  usedBytes: number;
  previous: Uint8Array;
  turnedAtMs: number;
}

export interface RecentKeysOptions {
  readonly keepMs: number;
  /** Told how many ids went before their time, since more came than are kept. */
  readonly onShortened: (count: number) => void;
}

const NOTHING = new Uint8Array(0);

/**
 * What stands for the ids of messages that came to this node's rooms lately, per partition, for a new owner of it: an id is
 * kept for at least `keepMs`, or for at least the last {@link MAX_KEYS} / 2 when they come faster. Times are monotonic.
 */
export class RecentKeys {
  readonly #options: RecentKeysOptions;
  readonly #partitions = new Map<number, Generations>();

  constructor(options: RecentKeysOptions) {
    this.#options = options;
  }

  /** Memory that is taken up. */
  get sizeBytes(): number {
    let sum = 0;
    for (const { current, previous } of this.#partitions.values()) sum += current.length + previous.length;
    return sum;
  }

  /** Takes the keys of a batch, which are copied. Bytes that are no whole keys are left out. */
  note(partition: number, keys: Uint8Array, nowMs: number): void {
    if (keys.length === 0 || keys.length % KEY_BYTES !== 0 || partition >= PARTITION_COUNT) return;
    const taken = keys.length > HALF_BYTES ? keys.subarray(-HALF_BYTES) : keys;
    const known = this.#partitions.get(partition);
    const kept = known ?? { current: Buffer.alloc(0), usedBytes: 0, previous: NOTHING, turnedAtMs: nowMs };
    this.#partitions.set(partition, kept);
    if (nowMs - kept.turnedAtMs >= this.#options.keepMs || kept.usedBytes + taken.length > HALF_BYTES) {
      this.#turn(kept, nowMs);
    }
    if (kept.usedBytes + taken.length > kept.current.length) grow(kept, taken.length);
    kept.current.set(taken, kept.usedBytes);
    kept.usedBytes += taken.length;
  }

  /** All keys of a partition that are kept, joined, in a buffer of their own. */
  of(partition: number, nowMs: number): Buffer {
    const kept = this.#partitions.get(partition);
    if (kept === undefined || this.#isOver(kept, nowMs)) return Buffer.alloc(0);
    return Buffer.concat([kept.previous, kept.current.subarray(0, kept.usedBytes)]);
  }

  /** Forgets partitions that have been quiet; to be called every second or so. */
  sweep(nowMs: number): void {
    for (const [partition, kept] of this.#partitions) if (this.#isOver(kept, nowMs)) this.#partitions.delete(partition);
  }

  /** What came last is from before the generation could have been ended, plus the time to keep it. */
  #isOver(kept: Generations, nowMs: number): boolean {
    return nowMs - kept.turnedAtMs >= 2 * this.#options.keepMs;
  }

  #turn(kept: Generations, nowMs: number): void {
    const isEarly = nowMs - kept.turnedAtMs < this.#options.keepMs;
    if (isEarly && kept.previous.length > 0) this.#options.onShortened(kept.previous.length / KEY_BYTES);
    const isOver = this.#isOver(kept, nowMs);
    kept.previous = isOver ? NOTHING : Buffer.from(kept.current.subarray(0, kept.usedBytes));
    kept.usedBytes = 0;
    kept.turnedAtMs = nowMs;
  }
}

/** Doubles, so that a partition that gets few ids takes little. */
function grow(kept: Generations, moreBytes: number): void {
  const neededBytes = kept.usedBytes + moreBytes;
  const grown = Buffer.alloc(Math.min(HALF_BYTES, Math.max(256, kept.current.length * 2, neededBytes)));
  grown.set(kept.current.subarray(0, kept.usedBytes));
  kept.current = grown;
}
