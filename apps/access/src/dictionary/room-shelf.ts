import type { NodeDictionary } from './node-dictionary.ts';

/** The dictionaries of one room on this node: the newest, and the one that batches may still be made with. */
export class RoomShelf<Member> {
  #kept: readonly NodeDictionary<Member>[] = [];

  get newest(): NodeDictionary<Member> | undefined {
    return this.#kept[0];
  }

  /** Newest first. */
  get ids(): readonly number[] {
    return this.#kept.map(({ id }) => id);
  }

  get sizeBytes(): number {
    return this.#kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  find(id: number): NodeDictionary<Member> | undefined {
    return this.#kept.find((dictionary) => dictionary.id === id);
  }

  /** The newest from now on; the one before the last is forgotten. */
  put(dictionary: NodeDictionary<Member>): void {
    for (const { lacking } of this.#kept.slice(1)) lacking.clear();
    this.#kept = [dictionary, ...this.#kept.slice(0, 1)];
  }

  /** Lets go of members: kept batches refer to their dictionary for as long as they can be resumed from. */
  clear(): void {
    for (const { lacking } of this.#kept) lacking.clear();
    this.#kept = [];
  }

  /** The member has none of them yet. */
  noteJoined(member: Member): void {
    for (const { lacking } of this.#kept) lacking.add(member);
  }

  noteLeft(member: Member): void {
    for (const { lacking } of this.#kept) lacking.delete(member);
  }
}
