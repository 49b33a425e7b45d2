import { AppError, PARTITION_COUNT } from '@longwire/domain';
import type { Bus, Clock, Lease, LeaseStore } from '@longwire/domain';
import type { Loop, Logger } from '@longwire/runtime';
import { startLoop } from '@longwire/runtime';
import { fairShare, surplusOf } from './fair-share.ts';
import type { PartitionClaim } from './partition-ports.ts';
import type { PartitionTable } from './partition-table.ts';

const GROUP = 'dispatch';
/** Taken off a lease's time against clocks of store and process that run at slightly different speeds. */
const SAFETY_MS = 100;

/** The lease of a partition. */
export function partitionLeaseId(partition: number): string {
  return `partition:${partition}`;
}

export interface PartitionBalanceOptions {
  readonly leases: LeaseStore;
  readonly table: PartitionTable;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** This run of this process: a restarted one must not take up the epochs of the one before. */
  readonly holder: string;
  readonly leaseTtlMs: number;
  readonly periodMs: number;
  readonly onStoreFault: (fault: unknown) => void;
  /** Told of each round after which partitions are kept although the store did not answer. */
  readonly onOvertime: () => void;
}

/**
 * Keeps this process owning its fair share of the partitions: every period it renews what it holds, sees who else is
 * alive, claims free partitions up to its share and hands over what is above it. While it is cut off from the bus it
 * does none of this, and so loses its partitions to processes that are not. While the lease store does not answer it
 * keeps what it held without a break, until another process is heard to own it: see ADR 0005.
 */
export class PartitionBalance {
  readonly #options: PartitionBalanceOptions;
  readonly #lastEpochs = new Map<number, number>();
  #loop: Loop | undefined;
  #leaving: Promise<void> | undefined;
  #isStoreReachable = false;

  constructor(options: PartitionBalanceOptions) {
    this.#options = options;
  }

  /** Did the lease store answer in the last round? */
  get isStoreReachable(): boolean {
    return this.#isStoreReachable;
  }

  /** Runs the first round before it resolves; a store that does not answer is tried again every period. */
  async start(): Promise<void> {
    const { periodMs, clock, logger, table } = this.#options;
    await table.listen();
    await this.round();
    this.#loop = startLoop({ name: 'partition-balance', periodMs, clock, logger, task: () => this.round() });
    await this.#options.table.settled();
  }

  /** Hands all partitions over and leaves the group, so that others take them up in their next round. */
  leave(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async stop(): Promise<void> {
    await this.#loop?.stop();
    await this.leave();
    this.#options.table.stopListening();
  }

  /** One round of the loop. Never rejects: the period is the retry. */
  async round(): Promise<void> {
    const { bus, table, clock, leaseTtlMs, onStoreFault } = this.#options;
    if (!bus.isConnected()) return;
    // Counted from before the store was asked, as for a renewal: a process that was stopped meanwhile gains nothing.
    const keepUntilMs = clock.monotonic() + leaseTtlMs - SAFETY_MS;
    table.announce();
    try {
      await this.#renew();
      if (this.#leaving === undefined) await this.#balance();
      this.#isStoreReachable = true;
    } catch (fault) {
      this.#isStoreReachable = false;
      onStoreFault(fault);
      if (isStoreAway(fault) && bus.isConnected()) this.#keepOn(keepUntilMs);
    }
  }

  #keepOn(keepUntilMs: number): void {
    const { table, onOvertime } = this.#options;
    if (this.#leaving !== undefined || table.held.length === 0) return;
    table.holdOn(keepUntilMs);
    onOvertime();
  }

  async #leave(): Promise<void> {
    const { table, leases, holder, onStoreFault } = this.#options;
    try {
      await leases.leave(GROUP, holder);
    } catch (fault) {
      onStoreFault(fault);
    }
    for (const partition of table.held) table.handOver(partition);
    await table.settled();
  }

  async #renew(): Promise<void> {
    const { table } = this.#options;
    const held = table.held;
    for (const { partition, claim } of await this.#claim(held)) {
      if (claim === undefined) table.lose(partition, 'taken');
      else {
        this.#lastEpochs.set(partition, claim.epoch);
        table.extend(claim);
      }
    }
    for (const partition of table.active) {
      partition.sweepDemand();
      if (partition.isFull) table.handOver(partition.partition);
    }
  }

  async #balance(): Promise<void> {
    const { leases, table, holder, leaseTtlMs } = this.#options;
    const candidates = await leases.join(GROUP, holder, leaseTtlMs);
    const share = fairShare(PARTITION_COUNT, candidates, holder);
    if (share === undefined) return;
    for (const partition of surplusOf(share, table.kept)) table.handOver(partition);
    let needed = share.count - table.kept.size;
    const held = new Set(table.held);
    const wanted = share.order.filter((partition) => !held.has(partition));
    while (needed > 0 && wanted.length > 0) {
      const won = (await this.#claim(wanted.splice(0, needed))).flatMap(({ claim }) => claim ?? []);
      needed -= won.length;
      table.begin(await this.#refuseOld(won));
    }
  }

  async #claim(
    partitions: readonly number[],
  ): Promise<readonly { partition: number; claim: PartitionClaim | undefined }[]> {
    if (partitions.length === 0) return [];
    const { leases, holder, leaseTtlMs, clock } = this.#options;
    // The store's time runs from later than this, so the process's own time ends first.
    const heldUntilMs = clock.monotonic() + leaseTtlMs - SAFETY_MS;
    const outcomes = await leases.claimMany(partitions.map(partitionLeaseId), holder, leaseTtlMs);
    return partitions.map((partition, index) => {
      const lease: Lease | undefined = outcomes[index];
      return { partition, claim: lease && { partition, epoch: lease.epoch, heldUntilMs } };
    });
  }

  /**
   * A partition that was given up must come back with a higher epoch, since its seqs begin anew; and a process that has
   * begun to leave takes none. The leases of the others are given back.
   */
  async #refuseOld(claims: readonly PartitionClaim[]): Promise<readonly PartitionClaim[]> {
    const { leases, holder } = this.#options;
    const fresh: PartitionClaim[] = [];
    for (const claim of claims) {
      const lastEpoch = this.#lastEpochs.get(claim.partition) ?? -1;
      this.#lastEpochs.set(claim.partition, Math.max(claim.epoch, lastEpoch));
      if (claim.epoch > lastEpoch && this.#leaving === undefined) fresh.push(claim);
      else await leases.release(partitionLeaseId(claim.partition), holder);
    }
    return fresh;
  }
}

function isStoreAway(fault: unknown): boolean {
  return fault instanceof AppError && fault.code === 'store-unavailable';
}
