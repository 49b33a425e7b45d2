import type { Clock, ExpressLog } from '@longwire/domain';
import type { Ledger } from './ledger/ledger.ts';
import type { TrackedMessage } from './ledger/tracked-message.ts';

export interface LogKeeperOptions {
  readonly log: Pick<ExpressLog, 'trim' | 'carry'>;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly isMine: (messageId: string) => boolean;
  /** Nothing may be trimmed while this is false: what ended is not written down yet. */
  readonly isTrimSafe: () => boolean;
  readonly onCarried: () => void;
  readonly onFault: (call: 'trim' | 'carry', fault: unknown) => void;
}

const PERIOD_MS = 2000;
/** A message this many entries behind the end, with fewer than half of them open, is carried to the end. */
const CARRY_SPAN = 20_000;
const CARRY_AT_ONCE = 200;

/**
 * Keeps the log short: trims it up to the first message that may still be delivered, and carries messages with a long ttl
 * to the end so that one of them does not keep all that came after it. What was in a log that was lost is carried, too.
 */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #trimmedTo = 0;
  #running: Promise<void> | undefined;

  constructor(options: LogKeeperOptions) {
    this.#options = options;
  }

  /** To be called often; acts every few seconds, one run at a time. */
  tick(): void {
    const nowMs = this.#options.clock.monotonic();
    if (nowMs < this.#nextAtMs || this.#running !== undefined) return;
    this.#nextAtMs = nowMs + PERIOD_MS;
    this.#running = this.#run().finally(() => (this.#running = undefined));
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { ledger, log, isTrimSafe, onFault } = this.#options;
    await this.#carry();
    const oldest = ledger.oldest();
    const before = oldest === undefined ? ledger.lastPosition + 1 : oldest.position;
    // Lower than before: the log was lost and counts from 1 again.
    if (before === 0 || before === this.#trimmedTo || !isTrimSafe()) return;
    try {
      await log.trim(before);
      this.#trimmedTo = before;
    } catch (fault) {
      onFault('trim', fault);
    }
  }

  async #carry(): Promise<void> {
    const { log, isMine, onCarried, onFault } = this.#options;
    const overdue = this.#overdue().filter(({ message }) => isMine(message.messageId));
    const outcomes = await Promise.allSettled(
      overdue.map((tracked) => log.carry(tracked.message, tracked.acks(), tracked.position)),
    );
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') onCarried();
      else onFault('carry', outcome.reason);
    }
  }

  #overdue(): readonly TrackedMessage[] {
    const { ledger } = this.#options;
    const found: TrackedMessage[] = [];
    for (const tracked of ledger.messages()) {
      const span = ledger.lastPosition - tracked.position;
      const isSparse = span > CARRY_SPAN && ledger.size < span / 2;
      if (tracked.position > 0 && !isSparse) break;
      found.push(tracked);
      if (found.length === CARRY_AT_ONCE) break;
    }
    return found;
  }
}
