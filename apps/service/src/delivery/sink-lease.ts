import type { Clock, LeaseStore } from '@longwire/domain';
import { startLoop } from '@longwire/runtime';
import type { Logger, Loop } from '@longwire/runtime';

/** How long a process that died keeps a sink from the others. */
export const SINK_LEASE_MS = 6000;
const RENEW_MS = 2000;

export interface SinkLeaseOptions {
  readonly leaseId: string;
  readonly holder: string;
  readonly leases: Pick<LeaseStore, 'claim' | 'release'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps claiming one lease, so that of all processes one at a time passes events on to a sink. */
export class SinkLease {
  readonly #options: SinkLeaseOptions;
  #held: { readonly epoch: number; readonly untilMs: number } | undefined;
  #loop: Loop | undefined;

  constructor(options: SinkLeaseOptions) {
    this.#options = options;
  }

  /** The epoch under which this process may act now; undefined while it may not. */
  get epoch(): number | undefined {
    const { clock } = this.#options;
    return this.#held !== undefined && clock.monotonic() < this.#held.untilMs ? this.#held.epoch : undefined;
  }

  start(): void {
    const { leaseId, clock, logger } = this.#options;
    this.#loop = startLoop({
      name: leaseId,
      periodMs: RENEW_MS,
      maxBackoffMs: RENEW_MS,
      clock,
      logger,
      task: () => this.#claim(),
    });
  }

  /** Another process is known to have it. */
  lose(): void {
    this.#held = undefined;
  }

  /** Gives it up, so that the next one need not wait for its end. */
  async stop(): Promise<void> {
    await this.#loop?.stop();
    const { leases, leaseId, holder } = this.#options;
    // A lease that cannot be given up now ends by itself.
    if (this.epoch !== undefined) await leases.release(leaseId, holder).catch(() => undefined);
    this.#held = undefined;
  }

  async #claim(): Promise<void> {
    const { leases, leaseId, holder, clock } = this.#options;
    // Counted from before the call: the store's time runs from somewhere within it.
    const askedAtMs = clock.monotonic();
    const lease = await leases.claim(leaseId, holder, SINK_LEASE_MS);
    this.#held = lease === undefined ? undefined : { epoch: lease.epoch, untilMs: askedAtMs + SINK_LEASE_MS };
  }
}
