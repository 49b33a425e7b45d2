import type { Bus, Clock, Timer } from '@longwire/domain';
import { RoomDemandQuery } from '@longwire/protos/bus/v1';
import { Partition } from './partition.ts';
import type { PartitionClaim, PartitionDeps } from './partition.ts';

/** `handed-over` is in order; with the others what waited is gone. `unopened`: the bus could not be listened to. */
export const END_REASONS = ['handed-over', 'lapsed', 'taken', 'unopened'] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface PartitionTableOptions {
  readonly deps: PartitionDeps;
  readonly bus: Bus;
  readonly clock: Clock;
  /** Gives up the lease; may reject, the lease then lapses by itself. */
  readonly release: (partition: number) => Promise<void>;
  readonly onTakenOver: (partition: number, epoch: number) => void;
  readonly onEnded: (partition: number, reason: EndReason) => void;
  readonly onFault: (fault: unknown) => void;
}

interface Slot {
  readonly partition: Partition;
  state: 'opening' | 'active' | 'retiring';
  fence: Timer;
}

/**
 * The partitions this process holds leases for. Each has a timer that ends it when its lease was not renewed in time,
 * so that the process stops acting by itself, however the store or the loop is doing. Opening and handing over run
 * beside the caller, who must go on renewing what `held` names: it includes them.
 */
export class PartitionTable {
  readonly #options: PartitionTableOptions;
  readonly #slots = new Map<number, Slot>();
  readonly #background = new Set<Promise<void>>();

  constructor(options: PartitionTableOptions) {
    this.#options = options;
  }

  /** Partitions whose lease must be renewed. */
  get held(): readonly number[] {
    return [...this.#slots.keys()];
  }

  /** Partitions that take pushes now. */
  get active(): readonly Partition[] {
    return [...this.#slots.values()].filter((slot) => slot.state === 'active').map((slot) => slot.partition);
  }

  /** Partitions that are not being handed over: what counts against the fair share. */
  get kept(): ReadonlySet<number> {
    return new Set([...this.#slots].filter(([, slot]) => slot.state !== 'retiring').map(([partition]) => partition));
  }

  /** Begins to serve partitions whose lease was just won. */
  begin(claims: readonly PartitionClaim[]): void {
    if (claims.length > 0) this.#run(this.#openAll(claims));
  }

  /** The lease was renewed; with another epoch it had lapsed in between and the partition begins anew. */
  extend(claim: PartitionClaim): void {
    const slot = this.#slots.get(claim.partition);
    if (slot === undefined) return;
    if (slot.partition.epoch !== claim.epoch) {
      this.lose(claim.partition, 'lapsed');
      this.begin([claim]);
      return;
    }
    slot.partition.extend(claim.heldUntilMs);
    slot.fence.cancel();
    slot.fence = this.#fence(claim);
  }

  /** Ends a partition at once. */
  lose(partition: number, reason: EndReason): void {
    const slot = this.#slots.get(partition);
    if (slot === undefined) return;
    this.#slots.delete(partition);
    slot.fence.cancel();
    slot.partition.close();
    this.#options.onEnded(partition, reason);
  }

  /** Hands a partition over in order: nothing new is taken, what was taken leaves, then the lease is given up. */
  handOver(partition: number): void {
    const slot = this.#slots.get(partition);
    if (slot === undefined || slot.state === 'retiring') return;
    slot.state = 'retiring';
    this.#run(this.#retire(partition, slot));
  }

  /** Resolves when nothing is being opened or handed over any more. */
  async settled(): Promise<void> {
    while (this.#background.size > 0) await Promise.all(this.#background);
  }

  #run(work: Promise<void>): void {
    this.#background.add(work);
    void work.catch(this.#options.onFault).finally(() => this.#background.delete(work));
  }

  async #openAll(claims: readonly PartitionClaim[]): Promise<void> {
    const opened = await Promise.all(claims.map((claim) => this.#open(claim)));
    const partitions = claims.filter((_, index) => opened[index]).map((claim) => claim.partition);
    // Lost queries are made up for by the snapshots nodes send on their own.
    if (partitions.length === 0) return;
    this.#options.bus.publish({ kind: 'room-demand-query' }, RoomDemandQuery.encode({ partitions }).finish());
  }

  async #open(claim: PartitionClaim): Promise<boolean> {
    const { deps, onTakenOver, onFault } = this.#options;
    const partition = new Partition(claim, deps);
    const slot: Slot = { partition, state: 'opening', fence: this.#fence(claim) };
    this.#slots.set(claim.partition, slot);
    try {
      await partition.open();
    } catch (fault) {
      onFault(fault);
      if (this.#slots.get(claim.partition) === slot) await this.#end(claim.partition, 'unopened');
      return false;
    }
    if (this.#slots.get(claim.partition) !== slot) return false;
    if (slot.state === 'opening') slot.state = 'active';
    onTakenOver(claim.partition, claim.epoch);
    return true;
  }

  async #retire(partition: number, slot: Slot): Promise<void> {
    try {
      await slot.partition.retire();
    } finally {
      if (this.#slots.get(partition) === slot) await this.#end(partition, 'handed-over');
    }
  }

  /** Ends the partition and gives its lease up, in this order. */
  async #end(partition: number, reason: EndReason): Promise<void> {
    this.lose(partition, reason);
    await this.#options.release(partition);
  }

  #fence(claim: PartitionClaim): Timer {
    const { clock } = this.#options;
    return clock.after(claim.heldUntilMs - clock.monotonic(), () => this.lose(claim.partition, 'lapsed'));
  }
}
