import type { Clock } from '@longwire/domain';

export interface SettleTimes {
  /** So long without a question, although something waits, is a break. */
  readonly breakMs: number;
  readonly settleMs: number;
}

/** Says whether what waits may be handed out now: not until `settleMs` after a break in which something waited and nobody asked. */
export class SettleGate {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #times: SettleTimes;
  #askedAtMs: number | undefined;
  #settledAtMs = 0;

  constructor(clock: Pick<Clock, 'monotonic'>, times: SettleTimes) {
    this.#clock = clock;
    this.#times = times;
  }

  /** Nothing waits any more: nobody has to ask. */
  rest(): void {
    this.#askedAtMs = undefined;
  }

  /** Somebody asks for what waits. */
  isOpen(): boolean {
    const nowMs = this.#clock.monotonic();
    const askedAtMs = this.#askedAtMs;
    this.#askedAtMs = nowMs;
    // Not twice in a row: askers that are always late would never be handed anything.
    const isBreak =
      askedAtMs !== undefined && nowMs - askedAtMs > this.#times.breakMs && this.#settledAtMs <= askedAtMs;
    if (isBreak) this.#settledAtMs = nowMs + this.#times.settleMs;
    return this.#settledAtMs <= nowMs;
  }
}
