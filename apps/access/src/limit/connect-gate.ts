import type { CloseName } from '@longwire/wire';
import type { RateLimiter, StormGate } from '@longwire/runtime';

/** Why a client is turned away, as metrics name it. */
export const REFUSALS = ['drain', 'overloaded', 'connectRateLimited', 'storm'] as const;
export type RefusalReason = (typeof REFUSALS)[number];

/** How a client is turned away: `afterMs` is when it may try again, spread over the clients that hear it. */
export interface Refusal {
  readonly reason: RefusalReason;
  readonly name: CloseName;
  readonly afterMs: number;
}

export interface ConnectGateOptions {
  /** Of one address. */
  readonly limiter: RateLimiter;
  /** Of all addresses together. */
  readonly storm: StormGate;
  readonly maxConnections: number;
  /** Connections now. */
  readonly count: () => number;
}

/** What a full node asks for before the next try: its clients do not leave within seconds. */
const FULL_MS = 5000;

/** Decides whether a client that has just opened a line may stay, before it has said anything. */
export class ConnectGate {
  readonly #options: ConnectGateOptions;
  #isDraining = false;

  constructor(options: ConnectGateOptions) {
    this.#options = options;
  }

  /** While set, whoever still gets through to a closing listener is sent on. */
  setDraining(isDraining: boolean): void {
    this.#isDraining = isDraining;
  }

  /** Null lets it in; else what to close it with. */
  judge(remoteAddress: string): Refusal | null {
    const { count, maxConnections, limiter, storm } = this.#options;
    if (this.#isDraining) return { reason: 'drain', name: 'drain', afterMs: storm.spread(0) };
    if (count() >= maxConnections) return { reason: 'overloaded', name: 'overloaded', afterMs: storm.spread(FULL_MS) };
    const outcome = limiter.take(remoteAddress);
    if (!outcome.ok) {
      return { reason: 'connectRateLimited', name: 'connectRateLimited', afterMs: storm.spread(outcome.retryAfterMs) };
    }
    const afterMs = storm.take();
    return afterMs === null ? null : { reason: 'storm', name: 'overloaded', afterMs };
  }
}
