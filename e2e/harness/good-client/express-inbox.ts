const REMEMBERED_IDS = 1000;

/** Tells the first copy of an express message from the others, over all connections of a client. Bounded. */
export class ExpressInbox {
  readonly #ids = new Set<string>();
  /** Copies after the first. */
  copies = 0;

  isNew(id: string): boolean {
    if (this.#ids.has(id)) {
      this.copies += 1;
      return false;
    }
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED_IDS) {
      const [oldest] = this.#ids;
      if (oldest !== undefined) this.#ids.delete(oldest);
    }
    return true;
  }
}
