export interface OrderedLanesOptions {
  /** How many tasks run at a time. */
  readonly laneCount: number;
  /** Beyond this many waiting tasks `add` holds its caller back. */
  readonly maxWaiting: number;
  readonly onWaiting?: (count: number) => void;
}

/** Runs tasks a few at a time; those with the same key one after the other, in the order they were added. */
export class OrderedLanes {
  readonly #tails: Promise<void>[];
  readonly #maxWaiting: number;
  readonly #onWaiting: (count: number) => void;
  #waiting = 0;
  #freed: (() => void)[] = [];

  constructor({ laneCount, maxWaiting, onWaiting = () => undefined }: OrderedLanesOptions) {
    this.#tails = Array.from({ length: laneCount }, () => Promise.resolve());
    this.#maxWaiting = maxWaiting;
    this.#onWaiting = onWaiting;
  }

  /** Queues a task, which must not reject; resolves when there is room for the next one. */
  async add(key: string, task: () => Promise<void>): Promise<void> {
    const lane = hash(key) % this.#tails.length;
    this.#count(1);
    const tail = this.#tails[lane] ?? Promise.resolve();
    this.#tails[lane] = tail.then(task).finally(() => this.#count(-1));
    while (this.#waiting >= this.#maxWaiting) await new Promise<void>((resolve) => this.#freed.push(resolve));
  }

  /** Resolves when everything added so far has run. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails);
  }

  #count(change: number): void {
    this.#waiting += change;
    this.#onWaiting(this.#waiting);
    if (this.#waiting >= this.#maxWaiting) return;
    const freed = this.#freed;
    this.#freed = [];
    for (const resolve of freed) resolve();
  }
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index += 1) value = (value * 31 + text.charCodeAt(index)) >>> 0;
  return value;
}
