/** What can be in one {@link RecencyList}, which alone changes these two. */
export interface Recent<T> {
  older: T | null;
  newer: T | null;
}

/**
 * Things in the order of their last use. Moving one to the end changes a few fields: a Map, from which it would be taken
 * and put in again, grows and is built anew all the time. Guarded by the micro bench `receive-batches` of access.
 */
export class RecencyList<T extends Recent<T>> {
  #oldest: T | null = null;
  #newest: T | null = null;

  get oldest(): T | null {
    return this.#oldest;
  }

  /** Puts it at the end, wherever it was. It must be in no other list. */
  touch(item: T): void {
    if (item === this.#newest) return;
    this.remove(item);
    item.older = this.#newest;
    if (this.#newest === null) this.#oldest = item;
    else this.#newest.newer = item;
    this.#newest = item;
  }

  /** Nothing when it is not in the list. */
  remove(item: T): void {
    const { older, newer } = item;
    if (older !== null) older.newer = newer;
    else if (item === this.#oldest) this.#oldest = newer;
    if (newer !== null) newer.older = older;
    else if (item === this.#newest) this.#newest = older;
    item.older = null;
    item.newer = null;
  }
}
