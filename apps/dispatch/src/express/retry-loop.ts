import type { Bus, Clock, ExpressStore, LogicApi, PendingDelivery } from '@longwire/domain';
import type { Loop, Logger } from '@longwire/runtime';
import { startLoop } from '@longwire/runtime';
import type { ExpressSender } from './express-sender.ts';
import { retryDelayMs } from './retry-delay.ts';

const TAKE_LIMIT = 500;
const COUNT_EVERY_MS = 1000;

export interface RetryLoopOptions {
  readonly store: Pick<ExpressStore, 'takeDue' | 'pendingCount'>;
  readonly sender: Pick<ExpressSender, 'deliver'>;
  readonly logic: Pick<LogicApi, 'isAvailable'>;
  readonly expressBus: Pick<Bus, 'isConnected'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly periodMs: number;
  readonly onTaken: (deliveries: readonly PendingDelivery[]) => void;
  readonly onFault: (call: 'store' | 'logic', fault: unknown) => void;
}

/**
 * The one way by which stored messages leave, the first attempt included: takes what is due from the store and sends it.
 * `trigger` runs it at once for a message that was just stored. While logic or the bus is away nothing is taken, so
 * that no attempt is spent on nobody.
 */
export class RetryLoop {
  readonly #options: RetryLoopOptions;
  #loop: Loop | undefined;
  #pending = 0;
  #countedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: RetryLoopOptions) {
    this.#options = options;
  }

  /** Deliveries that wait in the store, up to a second old. */
  get pending(): number {
    return this.#pending;
  }

  start(): void {
    const { periodMs, clock, logger } = this.#options;
    this.#loop = startLoop({ name: 'express-retry', periodMs, clock, logger, task: (signal) => this.#run(signal) });
  }

  trigger(): void {
    this.#loop?.trigger();
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { store, sender, logic, expressBus, onTaken, onFault } = this.#options;
    try {
      while (!signal.aborted && logic.isAvailable() && expressBus.isConnected()) {
        const due = await store.takeDue(TAKE_LIMIT, retryDelayMs);
        if (due.length > 0) {
          onTaken(due);
          // What is not sent now is due again after its delay: a later attempt, not a loss.
          await sender.deliver(due).catch((fault: unknown) => onFault('logic', fault));
        }
        if (due.length < TAKE_LIMIT) break;
      }
      await this.#count();
    } catch (fault) {
      // Tried again in the next period: a longer pause would only delay messages that must arrive.
      onFault('store', fault);
    }
  }

  async #count(): Promise<void> {
    const { store, clock } = this.#options;
    const nowMs = clock.monotonic();
    if (nowMs - this.#countedAtMs < COUNT_EVERY_MS) return;
    this.#countedAtMs = nowMs;
    this.#pending = await store.pendingCount();
  }
}
