import type { NodeHint } from '@longwire/wire';

/** The times of WIRE.md, "Reconnecting". */
export const RECONNECT = {
  baseMs: 1000,
  maxMs: 30_000,
  /** Least wait after 4010 and 4011. */
  limitedMs: 5000,
  upForMs: 60_000,
} as const;

const ELSEWHERE: readonly number[] = [4000, 4001, 4002, 4011];
const LIMITED: readonly number[] = [4010, 4011];

/** Where and when a client goes next. Does nothing by itself: no timers, and the random source is given. */
export class ReconnectPlan {
  readonly #random: () => number;
  #nodes: readonly NodeHint[] = [];
  #failures = 0;
  #atThisNode = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The node to dial; none means that the backend must be asked for a list first. */
  get node(): NodeHint | undefined {
    return this.#nodes[0];
  }

  setNodes(nodes: readonly NodeHint[]): void {
    this.#nodes = nodes;
    this.#atThisNode = 0;
  }

  /** A connection or an attempt has ended; returns how long to wait, or undefined when the client must stop. */
  afterEnd(code: number, upForMs: number): number | undefined {
    if (code >= 4500 && code <= 4999) return undefined;
    if (upForMs >= RECONNECT.upForMs) this.#failures = 0;
    this.#atThisNode = upForMs > 0 ? 1 : this.#atThisNode + 1;
    if (ELSEWHERE.includes(code) || this.#atThisNode >= 2) this.#dropNode();
    const waitMs = this.#jitter();
    this.#failures += 1;
    return LIMITED.includes(code) ? RECONNECT.limitedMs + waitMs : waitMs;
  }

  /** The device's own network was gone and is back: nobody's failure, and still not all at the same moment. */
  afterOffline(): number {
    return this.#random() * RECONNECT.baseMs;
  }

  /** The backend did not answer. */
  afterRefusal(): number {
    const waitMs = this.#jitter();
    this.#failures += 1;
    return waitMs;
  }

  #jitter(): number {
    return this.#random() * Math.min(RECONNECT.maxMs, RECONNECT.baseMs * 2 ** this.#failures);
  }

  #dropNode(): void {
    this.#nodes = this.#nodes.slice(1);
    this.#atThisNode = 0;
  }
}
