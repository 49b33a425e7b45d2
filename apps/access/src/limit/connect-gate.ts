import type { CloseName } from '@longwire/wire';

export interface ConnectGateOptions {
  readonly limiter: { take(key: string): { readonly ok: boolean } };
  readonly maxConnections: number;
  /** Connections now. */
  readonly count: () => number;
}

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
  judge(remoteAddress: string): CloseName | null {
    if (this.#isDraining) return 'drain';
    if (this.#options.count() >= this.#options.maxConnections) return 'overloaded';
    return this.#options.limiter.take(remoteAddress).ok ? null : 'connectRateLimited';
  }
}
