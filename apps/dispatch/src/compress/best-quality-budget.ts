import type { Clock } from '@longwire/domain';
import type { BrotliQuality } from './brotli-quality.ts';
import { RoomGain } from './room-gain.ts';

const RANK_EVERY_MS = 1000;
/** A room that had to wait too long is left out for so long. */
const PAUSE_MS = 10_000;
const FORGET_MS = 60_000;
const WAIT_WEIGHT = 0.1;
const MAX_ACCOUNTS = 10_000;
/** One batch in so many stays basic, so that what the best saves is known of today's talk. */
const PROBE_EVERY = 64;
/**
 * Bytes on the line that a ms of CPU must save. The price of a core against that of traffic: it makes 11 begin at about 4
 * viewers of a lean room and a dozen of a rich one.
 */
const LEAST_BYTES_PER_MS = 150;

export interface BestQualityBudgetOptions {
  readonly clock: Clock;
  /** Of one core; 0: never. */
  readonly share: number;
  /** A batch that would take longer, by the CPU it takes, is not worth waiting for. */
  readonly maxJobMs: number;
  /** A room whose batches have to wait longer on average, since cores are short, goes without for a while. */
  readonly maxMeanMs: number;
}

/** One batch of one room in one encoding. */
export interface BudgetedBatch {
  /** The room and the encoding. */
  readonly key: string;
  readonly rawBytes: number;
  readonly viewers: number;
  readonly basic: BrotliQuality;
}

interface Account {
  readonly gain: RoomGain;
  /** Since the last ranking: what the best quality would have cost, and saved over all viewers. */
  askedMs: number;
  savedBytes: number;
  isGranted: boolean;
  pausedUntilMs: number;
  /** How long its batches wait, of late. */
  meanWaitMs: number;
  lastAtMs: number;
  turns: number;
}

/**
 * Who gets brotli's best quality: a share of one core, given each second to the rooms that save the most bytes per ms,
 * counted over their viewers, by what was learned of each. The rest, and what a second brings beyond the share, stays
 * basic.
 */
export class BestQualityBudget {
  readonly #options: BestQualityBudgetOptions;
  readonly #accounts = new Map<string, Account>();
  #rankedAtMs = 0;
  /** Ms of CPU that may be spent now; below zero after a batch that took more. */
  #purseMs = 0;
  #filledAtMs: number;

  constructor(options: BestQualityBudgetOptions) {
    this.#options = options;
    this.#filledAtMs = options.clock.monotonic();
  }

  get rooms(): number {
    return this.#accounts.size;
  }

  /** How good this batch is to be compressed. For 11 the forecast is spent; {@link learn} corrects it. */
  choose(batch: BudgetedBatch): BrotliQuality {
    const { clock, maxJobMs, share } = this.#options;
    if (share === 0) return batch.basic;
    const nowMs = clock.monotonic();
    this.#fill(nowMs);
    if (nowMs - this.#rankedAtMs >= RANK_EVERY_MS) this.#rank(nowMs);
    const account = this.#accountOf(batch.key);
    if (account === undefined) return batch.basic;
    account.lastAtMs = nowMs;
    const { costMs, savedBytes } = account.gain.forecast(batch.rawBytes, batch.viewers);
    const isWorth = costMs <= maxJobMs && savedBytes >= LEAST_BYTES_PER_MS * costMs;
    if (!isWorth || nowMs < account.pausedUntilMs) return batch.basic;
    account.askedMs += costMs;
    account.savedBytes += savedBytes;
    account.turns += 1;
    if (!account.isGranted || this.#purseMs <= 0 || account.turns % PROBE_EVERY === 0) return batch.basic;
    this.#purseMs -= costMs;
    return 11;
  }

  /** What became of a batch. */
  learn(batch: BudgetedBatch, quality: BrotliQuality, outcome: { encodedBytes: number; durationMs: number }): void {
    const account = this.#accounts.get(batch.key);
    if (account === undefined) return;
    if (quality === 11) {
      this.#purseMs += account.gain.forecast(batch.rawBytes, 0).costMs - outcome.durationMs;
      account.meanWaitMs += (outcome.durationMs - account.meanWaitMs) * WAIT_WEIGHT;
      if (account.meanWaitMs > this.#options.maxMeanMs) this.#pause(account);
    }
    account.gain.learn(quality, batch.rawBytes, outcome);
  }

  /** The best quality took longer than the batch could wait. */
  noteLate(batch: BudgetedBatch): void {
    const account = this.#accounts.get(batch.key);
    if (account !== undefined) this.#pause(account);
  }

  #pause(account: Account): void {
    account.pausedUntilMs = this.#options.clock.monotonic() + PAUSE_MS;
    account.meanWaitMs = 0;
  }

  #fill(nowMs: number): void {
    const { share, maxJobMs } = this.#options;
    const most = Math.max(share * RANK_EVERY_MS, maxJobMs);
    this.#purseMs = Math.min(most, this.#purseMs + (nowMs - this.#filledAtMs) * share);
    this.#filledAtMs = nowMs;
  }

  #accountOf(key: string): Account | undefined {
    const known = this.#accounts.get(key);
    if (known !== undefined || this.#accounts.size >= MAX_ACCOUNTS) return known;
    const account: Account = {
      gain: new RoomGain(),
      askedMs: 0,
      savedBytes: 0,
      isGranted: false,
      pausedUntilMs: 0,
      meanWaitMs: 0,
      lastAtMs: 0,
      turns: 0,
    };
    this.#accounts.set(key, account);
    return account;
  }

  #rank(nowMs: number): void {
    const spanMs = Math.min(nowMs - this.#rankedAtMs, 2 * RANK_EVERY_MS);
    this.#rankedAtMs = nowMs;
    for (const [key, { lastAtMs }] of this.#accounts) if (nowMs - lastAtMs > FORGET_MS) this.#accounts.delete(key);
    const asking = [...this.#accounts.values()].filter(({ askedMs }) => askedMs > 0);
    asking.sort((a, b) => b.savedBytes / b.askedMs - a.savedBytes / a.askedMs);
    let leftMs = this.#options.share * spanMs;
    for (const [place, account] of asking.entries()) {
      // The first takes what there is, also when it could use more.
      account.isGranted = place === 0 || account.askedMs <= leftMs;
      if (account.isGranted) leftMs -= account.askedMs;
      account.askedMs = 0;
      account.savedBytes = 0;
    }
  }
}
