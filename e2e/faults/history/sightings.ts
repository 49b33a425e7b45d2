const FIRST_ROWS = 64;

/** What one client's application saw, row by row, in columns that hold millions of rows in little memory. */
export class Sightings {
  #size = 0;
  #push = new Uint32Array(FIRST_ROWS);
  #atMs = new Float32Array(FIRST_ROWS);
  #stay = new Uint16Array(FIRST_ROWS);

  get size(): number {
    return this.#size;
  }

  /** `atMs` counts from the history's beginning; `stay` says on which of the client's connections it came. */
  add(push: number, atMs: number, stay: number): void {
    if (this.#size === this.#push.length) this.#grow();
    this.#push[this.#size] = push;
    this.#atMs[this.#size] = atMs;
    this.#stay[this.#size] = stay;
    this.#size += 1;
  }

  pushAt(row: number): number {
    return this.#push[row] ?? -1;
  }

  atMsAt(row: number): number {
    return this.#atMs[row] ?? Number.NaN;
  }

  stayAt(row: number): number {
    return this.#stay[row] ?? -1;
  }

  #grow(): void {
    const rows = 2 * this.#push.length;
    this.#push = copyInto(new Uint32Array(rows), this.#push);
    this.#atMs = copyInto(new Float32Array(rows), this.#atMs);
    this.#stay = copyInto(new Uint16Array(rows), this.#stay);
  }
}

function copyInto<T extends Uint32Array | Float32Array | Uint16Array>(larger: T, from: T): T {
  larger.set(from);
  return larger;
}
