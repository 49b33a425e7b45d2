export interface GatheringLimits {
  /** So many bytes of frames make a dictionary. */
  readonly sizeBytes: number;
  /** Fewer than this is not worth one. */
  readonly leastBytes: number;
  /** A room that has not filled it up by then makes do with what there is. */
  readonly maxMs: number;
  /** A room with fewer messages a second gets none. */
  readonly leastRatePerSec: number;
}

/** `busy`: there is more to come; `ready`: take it; `quiet`: the room says too little, begin again. */
export type GatheringState = 'busy' | 'ready' | 'quiet';

/** The last plain frames of one room, as many as a dictionary holds, from one moment on. */
export class Gathering {
  readonly #limits: GatheringLimits;
  readonly #sinceMs: number;
  #parts: Uint8Array[] = [];
  #sizeBytes = 0;
  #messages = 0;

  constructor(limits: GatheringLimits, sinceMs: number) {
    this.#limits = limits;
    this.#sinceMs = sinceMs;
  }

  /** Adds the frames of one batch, which are copied. */
  add(plain: Uint8Array, messages: number): void {
    const { sizeBytes } = this.#limits;
    this.#messages += messages;
    const part = Buffer.from(plain.subarray(Math.max(0, plain.length - sizeBytes)));
    this.#parts.push(part);
    this.#sizeBytes += part.length;
    for (
      let [first] = this.#parts;
      first !== undefined && this.#sizeBytes - first.length >= sizeBytes;
      [first] = this.#parts
    ) {
      this.#parts.shift();
      this.#sizeBytes -= first.length;
    }
  }

  stateAt(nowMs: number): GatheringState {
    const { sizeBytes, leastBytes, maxMs, leastRatePerSec } = this.#limits;
    const spanMs = nowMs - this.#sinceMs;
    const isFull = this.#sizeBytes >= sizeBytes;
    if (!isFull && spanMs < maxMs) return 'busy';
    const isWorth = this.#sizeBytes >= leastBytes && this.#messages * 1000 >= leastRatePerSec * spanMs;
    return isWorth ? 'ready' : 'quiet';
  }

  /** The last bytes of what came, as many as a dictionary holds: the newest end up nearest to what they help compress. */
  take(): Buffer {
    const all = Buffer.concat(this.#parts);
    return all.subarray(Math.max(0, all.length - this.#limits.sizeBytes));
  }
}
