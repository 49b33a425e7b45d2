import type { Bus, Clock, ExpressLog, LogFollowing, Message, MessageReport, Timer } from '@longwire/domain';
import type { Ledger } from './ledger/ledger.ts';
import type { LogKeeper } from './log-keeper.ts';
import type { ReportWriter } from './report-writer.ts';
import type { RoundMaker } from './round-maker.ts';

export interface ExpressWorkerOptions {
  readonly log: Pick<ExpressLog, 'follow'>;
  readonly ledger: Ledger;
  readonly rounds: RoundMaker;
  readonly reports: ReportWriter;
  readonly keeper: LogKeeper;
  readonly expressBus: Pick<Bus, 'onConnectionChange'>;
  readonly clock: Clock;
  readonly tickMs: number;
  /** A message was added to the log, after it had been read to its end. */
  readonly onTaken: (message: Message) => void;
  readonly onExpired: (report: MessageReport) => void;
  /** All that was in the log has been read. */
  readonly onCaughtUp: () => void;
}

const EXPIRE_AT_ONCE = 2000;
/** What may have been missed is looked up over this time, so that logic is not asked all at once. */
const SPREAD_MS = 1000;

/**
 * Follows the log and drives the rest: takes messages up, makes the rounds that are due, ends what is over, writes down
 * what became of it, keeps the log short. Nothing is sent or ended before the log was read to its end: acks come later in it.
 */
export class ExpressWorker {
  readonly #options: ExpressWorkerOptions;
  #following: LogFollowing | undefined;
  #timer: Timer | undefined;
  #forget: (() => void) | undefined;
  #isCaughtUp = false;
  readonly #caughtUp = Promise.withResolvers<void>();

  constructor(options: ExpressWorkerOptions) {
    this.#options = options;
  }

  get isCaughtUp(): boolean {
    return this.#isCaughtUp;
  }

  /** Resolves when the log has been read to its end, or after `withinMs`; what is missing is read all the same. */
  caughtUp(withinMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(withinMs, late.resolve);
    return Promise.race([this.#caughtUp.promise, late.promise]).finally(() => timer.cancel());
  }

  start(): void {
    const { log, ledger, rounds, expressBus, clock, tickMs, onTaken } = this.#options;
    this.#following = log.follow({
      onMessage: (message, position) => {
        const outcome = ledger.add(message, position, clock.now());
        if (!this.#isCaughtUp) return;
        if (outcome === 'added') onTaken(message);
        rounds.wake();
      },
      onAcks: (acks, position) => ledger.readAcks(acks, position),
      onCaughtUp: () => {
        this.#isCaughtUp = true;
        this.#caughtUp.resolve();
        this.#options.onCaughtUp();
        this.#tick();
      },
    });
    // Arrivals and acks were missed while it was away.
    this.#forget = expressBus.onConnectionChange((isConnected) => {
      if (isConnected) this.recheck();
    });
    this.#timer = clock.every(tickMs, () => this.#tick());
  }

  /** Looks everybody up once more, soon: something may have been missed. */
  recheck(): void {
    this.#options.ledger.recheck(this.#options.clock.now(), SPREAD_MS);
  }

  /** Takes nothing up any more; resolves when the rounds under way have ended and reports are written. */
  async stop(): Promise<void> {
    const { rounds, reports, keeper } = this.#options;
    this.#timer?.cancel();
    this.#forget?.();
    this.#following?.stop();
    await rounds.stop();
    await Promise.all([reports.idle(), keeper.idle()]);
  }

  #tick(): void {
    if (!this.#isCaughtUp) return;
    const { ledger, rounds, reports, keeper, clock, onExpired } = this.#options;
    for (const report of ledger.takeExpired(clock.now(), EXPIRE_AT_ONCE)) {
      if (report.status === 'expired') onExpired(report);
      reports.write(report);
    }
    rounds.pump();
    reports.pump();
    keeper.tick();
  }
}
