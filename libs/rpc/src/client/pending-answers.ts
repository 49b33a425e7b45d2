import type { Clock, Timer } from '@longwire/domain';

export interface PendingAnswersOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The oldest request has waited for `timeoutMs`. */
  readonly onSilence: () => void;
}

interface Waiting<Response> {
  readonly sinceMs: number;
  readonly settle: (response: Response | undefined) => void;
}

/** The requests of one stream that wait for their answer, oldest first; one timer, for the oldest. */
export class PendingAnswers<Response> {
  readonly #options: PendingAnswersOptions;
  readonly #waiting: Waiting<Response>[] = [];
  #timer: Timer | undefined;

  constructor(options: PendingAnswersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /** One more request was sent; resolves to its answer, undefined when it was abandoned. */
  add(): Promise<Response | undefined> {
    return new Promise((settle) => {
      this.#waiting.push({ sinceMs: this.#options.clock.monotonic(), settle });
      if (this.#waiting.length === 1) this.#arm();
    });
  }

  /** The next answer has come: it is the oldest request's. An answer that nobody asked for is dropped. */
  settleFirst(response: Response): void {
    this.#waiting.shift()?.settle(response);
    this.#arm();
  }

  /** No more answers will come. */
  abandon(): void {
    this.#timer?.cancel();
    for (const { settle } of this.#waiting.splice(0)) settle(undefined);
  }

  #arm(): void {
    const { clock, timeoutMs, onSilence } = this.#options;
    this.#timer?.cancel();
    const [oldest] = this.#waiting;
    if (oldest === undefined) return;
    this.#timer = clock.after(Math.max(0, oldest.sinceMs + timeoutMs - clock.monotonic()), onSilence);
  }
}
