import type { NodeDictionary } from './node-dictionary.ts';

/** A message of a room: its seq within its epoch. */
export interface MessagePosition {
  readonly epoch: number;
  readonly seq: number;
}

interface Retired<Member> {
  readonly dictionary: NodeDictionary<Member>;
  /** No message after this one came with it. */
  readonly upTo: MessagePosition;
}

/**
 * The dictionaries of one room on this node: the newest, and the one that batches may still be made with. Those before are
 * retired: no batch goes on from them any more, but kept batches that came with one are decoded with it.
 */
export class RoomShelf<Member> {
  #kept: readonly NodeDictionary<Member>[] = [];
  #retired: readonly Retired<Member>[] = [];

  get newest(): NodeDictionary<Member> | undefined {
    return this.#kept[0];
  }

  /** Newest first. */
  get ids(): readonly number[] {
    return this.#kept.map(({ id }) => id);
  }

  /** Of all that are held, retired ones too. */
  get sizeBytes(): number {
    const held = [...this.#kept, ...this.#retired.map(({ dictionary }) => dictionary)];
    return held.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  find(id: number): NodeDictionary<Member> | undefined {
    return this.#kept.find((dictionary) => dictionary.id === id);
  }

  /** The newest from now on; the one before the last is retired. `upTo` is where the room stands. */
  put(dictionary: NodeDictionary<Member>, upTo: MessagePosition): void {
    const before = this.#kept.slice(1);
    for (const { lacking } of before) lacking.clear();
    this.#retired = [...this.#retired, ...before.map((each) => ({ dictionary: each, upTo }))];
    this.#kept = [dictionary, ...this.#kept.slice(0, 1)];
  }

  /**
   * Forgets the retired ones that no kept batch can have come with, since nothing up to their last message is kept. Returns
   * their bytes.
   */
  release(isKept: (upTo: MessagePosition) => boolean): number {
    if (this.#retired.length === 0) return 0;
    const before = this.sizeBytes;
    this.#retired = this.#retired.filter(({ upTo }) => isKept(upTo));
    return before - this.sizeBytes;
  }

  /** Forgets all of them, and lets go of members. */
  clear(): void {
    for (const { lacking } of this.#kept) lacking.clear();
    this.#kept = [];
    this.#retired = [];
  }

  /** The member has none of them yet. */
  noteJoined(member: Member): void {
    for (const { lacking } of this.#kept) lacking.add(member);
  }

  noteLeft(member: Member): void {
    for (const { lacking } of this.#kept) lacking.delete(member);
  }
}
