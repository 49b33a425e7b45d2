import type { RoomId } from './ids.ts';
import { RecencyList } from './recency-list.ts';
import type { Recent } from './recency-list.ts';

/** How much of the past is kept. What is beyond any of these goes, the oldest first. */
export interface HistoryLimits {
  readonly keepMs: number;
  readonly maxMessages: number;
  readonly maxRoomBytes: number;
  /** Over all rooms; the room that was quiet for longest gives first. */
  readonly maxTotalBytes: number;
}

/** Consecutive messages of one room, in whatever form their keeper has them. */
export interface HistoryEntry<T> {
  readonly firstSeq: number;
  readonly count: number;
  readonly sizeBytes: number;
  /** Monotonic ms when it was sent. */
  readonly atMs: number;
  readonly value: T;
}

interface RoomPast<T> extends Recent<RoomPast<T>> {
  readonly roomId: RoomId;
  readonly epoch: number;
  readonly entries: HistoryEntry<T>[];
  messages: number;
  sizeBytes: number;
}

export function lastSeqOf(entry: HistoryEntry<unknown>): number {
  return entry.firstSeq + entry.count - 1;
}

/**
 * The last messages of many rooms, bounded in time, number and bytes. Of each room it holds one unbroken run of seqs
 * within one epoch: an entry that does not follow the one before begins a new run. Times are monotonic and do not fall.
 */
export class RoomHistories<T> {
  readonly #limits: HistoryLimits;
  readonly #onShortened: (messages: number) => void;
  readonly #rooms = new Map<RoomId, RoomPast<T>>();
  /** In the order of their last entry, the quietest room first. */
  readonly #order = new RecencyList<RoomPast<T>>();
  #sizeBytes = 0;

  /** `onShortened` is told how many messages went before their time because a bound of bytes was reached. */
  constructor(limits: HistoryLimits, onShortened: (messages: number) => void = () => undefined) {
    this.#limits = limits;
    this.#onShortened = onShortened;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  /** The oldest seq that is kept of this epoch; 0 for none. */
  firstSeqOf(roomId: RoomId, epoch: number): number {
    return this.#pastOf(roomId, epoch)?.entries[0]?.firstSeq ?? 0;
  }

  /** Adds what was sent now. An entry that alone is above the bound of a room is not kept. */
  append(roomId: RoomId, epoch: number, entry: HistoryEntry<T>): void {
    const known = this.#pastOf(roomId, epoch);
    const last = known?.entries.at(-1);
    const follows = last !== undefined && entry.firstSeq === lastSeqOf(last) + 1;
    const past = known !== undefined && follows ? known : this.#begin(roomId, epoch);
    this.#order.touch(past);
    past.entries.push(entry);
    this.#count(past, entry, 1);
    this.#shorten(past, entry.atMs);
  }

  /** Puts older messages before those there are, as far as they end where these begin and the bounds allow. */
  prepend(roomId: RoomId, epoch: number, older: readonly HistoryEntry<T>[]): void {
    const past = this.#pastOf(roomId, epoch);
    if (past === undefined) return;
    for (const entry of older.toReversed()) {
      const first = past.entries[0];
      if (first === undefined || lastSeqOf(entry) !== first.firstSeq - 1 || !this.#hasPlace(past, entry)) return;
      past.entries.unshift(entry);
      this.#count(past, entry, 1);
    }
  }

  /** All that is kept after `seq`, in order; the first entry may begin before it, or, when some is gone, later. */
  after(roomId: RoomId, epoch: number, seq: number): readonly HistoryEntry<T>[] {
    const entries = this.#pastOf(roomId, epoch)?.entries ?? [];
    const from = entries.findLastIndex((entry) => lastSeqOf(entry) <= seq) + 1;
    return entries.slice(from);
  }

  forget(roomId: RoomId): void {
    const past = this.#rooms.get(roomId);
    if (past === undefined) return;
    this.#remove(past);
    this.#sizeBytes -= past.sizeBytes;
  }

  /** Forgets the rooms that have been quiet for the whole time that is kept. */
  sweep(nowMs: number): void {
    for (let past = this.#order.oldest; past !== null; past = this.#order.oldest) {
      const last = past.entries.at(-1);
      if (last !== undefined && nowMs - last.atMs < this.#limits.keepMs) return;
      this.forget(past.roomId);
    }
  }

  #begin(roomId: RoomId, epoch: number): RoomPast<T> {
    this.forget(roomId);
    const past = { roomId, epoch, entries: [], messages: 0, sizeBytes: 0, older: null, newer: null };
    this.#rooms.set(roomId, past);
    return past;
  }

  #remove(past: RoomPast<T>): void {
    this.#rooms.delete(past.roomId);
    this.#order.remove(past);
  }

  #pastOf(roomId: RoomId, epoch: number): RoomPast<T> | undefined {
    const past = this.#rooms.get(roomId);
    return past?.epoch === epoch ? past : undefined;
  }

  #hasPlace(past: RoomPast<T>, entry: HistoryEntry<T>): boolean {
    const { maxMessages, maxRoomBytes, maxTotalBytes } = this.#limits;
    return (
      past.messages < maxMessages &&
      past.sizeBytes + entry.sizeBytes <= maxRoomBytes &&
      this.#sizeBytes + entry.sizeBytes <= maxTotalBytes
    );
  }

  #shorten(past: RoomPast<T>, nowMs: number): void {
    const { keepMs, maxMessages, maxRoomBytes, maxTotalBytes } = this.#limits;
    for (let first = past.entries[0]; first !== undefined; first = past.entries[0]) {
      const isSpare = past.messages - first.count >= maxMessages || nowMs - first.atMs >= keepMs;
      if (!isSpare && past.sizeBytes <= maxRoomBytes) break;
      this.#dropFirst(past, !isSpare);
    }
    while (this.#sizeBytes > maxTotalBytes) {
      const quietest = this.#order.oldest;
      if (quietest === null) return;
      this.#dropFirst(quietest, true);
    }
  }

  #dropFirst(past: RoomPast<T>, isEarly: boolean): void {
    const entry = past.entries.shift();
    if (entry === undefined) return;
    this.#count(past, entry, -1);
    if (isEarly) this.#onShortened(entry.count);
    if (past.entries.length === 0) this.#remove(past);
  }

  #count(past: RoomPast<T>, entry: HistoryEntry<T>, by: 1 | -1): void {
    past.messages += by * entry.count;
    past.sizeBytes += by * entry.sizeBytes;
    this.#sizeBytes += by * entry.sizeBytes;
  }
}
