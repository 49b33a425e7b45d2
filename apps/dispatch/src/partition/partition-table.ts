import type { Bus, Clock, Subscription, Timer } from '@longwire/domain';
import { PartitionClaims, RoomDemandQuery } from '@longwire/protos/bus/v1';
import { Partition } from './partition.ts';
import type { PartitionClaim, PartitionDeps } from './partition-ports.ts';

/** `handed-over` is in order; with the others what waited is gone. `unopened`: the bus could not be listened to. */
export const END_REASONS = ['handed-over', 'lapsed', 'taken', 'unopened'] as const;
export type EndReason = (typeof END_REASONS)[number];

export interface PartitionTableOptions {
  readonly deps: PartitionDeps;
  readonly bus: Bus;
  readonly clock: Clock;
  /** How long access nodes have to say where their rooms stand, before a partition takes pushes. */
  readonly settleMs: number;
  /** Gives up the lease; may reject, the lease then lapses by itself. */
  readonly release: (partition: number) => Promise<void>;
  readonly onTakenOver: (partition: number, epoch: number) => void;
  readonly onEnded: (partition: number, reason: EndReason) => void;
  readonly onFault: (fault: unknown) => void;
}

interface Slot {
  readonly partition: Partition;
  state: 'opening' | 'active' | 'renewing' | 'retiring';
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
  #claims: Subscription | undefined;

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

  /** Begins to hear what other processes own. Rejects with `bus-unavailable`. */
  async listen(): Promise<void> {
    const { bus } = this.#options;
    this.#claims = await bus.subscribe({ kind: 'partition-claims' }, (payload) => this.#onClaims(payload));
  }

  stopListening(): void {
    this.#claims?.unsubscribe();
  }

  /** Tells the other processes what this one owns; to be called every period. */
  announce(): void {
    this.#announce([...this.#slots.values()]);
  }

  /**
   * The lease store did not answer: goes on with what is surely held until now. Another process that reaches the store
   * says so on the bus before it begins, and these partitions then end here.
   */
  holdOn(heldUntilMs: number): void {
    for (const { partition } of this.#slots.values()) {
      if (partition.isHeld) this.extend({ partition: partition.partition, epoch: partition.epoch, heldUntilMs });
    }
  }

  /** Begins to serve partitions whose lease was just won. */
  begin(claims: readonly PartitionClaim[]): void {
    if (claims.length > 0) this.#run(this.#openAll(claims));
  }

  /**
   * The lease was renewed. With another epoch it had lapsed in between and the partition begins anew; when it was held
   * without a break all the same, what was taken leaves first.
   */
  extend(claim: PartitionClaim): void {
    const slot = this.#slots.get(claim.partition);
    if (slot === undefined) return;
    if (slot.partition.epoch !== claim.epoch) {
      if (slot.state === 'renewing') return;
      if (slot.state === 'active' && slot.partition.isHeld) {
        slot.state = 'renewing';
        this.#run(this.#beginAnew(claim, slot));
        return;
      }
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
    const answered = work.catch(this.#options.onFault).finally(() => this.#background.delete(answered));
    this.#background.add(answered);
  }

  async #beginAnew(claim: PartitionClaim, slot: Slot): Promise<void> {
    try {
      await slot.partition.retire();
    } finally {
      if (this.#isCurrent(slot) && slot.state === 'renewing') {
        this.lose(claim.partition, 'handed-over');
        this.begin([claim]);
      }
    }
  }

  async #openAll(claims: readonly PartitionClaim[]): Promise<void> {
    const { deps } = this.#options;
    const listening = await Promise.all(claims.map((claim) => this.#begin(claim, new Partition(claim, deps))));
    const slots = listening.flatMap((slot) => slot ?? []);
    if (slots.length === 0) return;
    this.#announce(slots);
    await this.#askNodes(slots);
    await Promise.all(slots.map((slot) => this.#open(slot)));
  }

  #announce(slots: readonly Slot[]): void {
    if (slots.length === 0) return;
    const claims = { partitions: slots.map(({ partition }) => partition.partition), epochs: slots.map(epochOf) };
    this.#options.bus.publish({ kind: 'partition-claims' }, PartitionClaims.encode(claims).finish());
  }

  #onClaims(payload: Uint8Array): void {
    let claims: PartitionClaims;
    try {
      claims = PartitionClaims.decode(payload);
    } catch (fault) {
      this.#options.onFault(fault);
      return;
    }
    for (const [index, partition] of claims.partitions.entries()) {
      const own = this.#slots.get(partition)?.partition.epoch;
      if (own !== undefined && (claims.epochs[index] ?? 0) > own) this.lose(partition, 'taken');
    }
  }

  /** Undefined when it came to nothing. */
  async #begin(claim: PartitionClaim, partition: Partition): Promise<Slot | undefined> {
    const slot: Slot = { partition, state: 'opening', fence: this.#fence(claim) };
    this.#slots.set(claim.partition, slot);
    return (await this.#try(slot, () => partition.listen())) ? slot : undefined;
  }

  /**
   * Asks all access nodes where their rooms of these partitions stand, and gives them time to answer; none at all when
   * there is no node. From its answer on a node takes nothing of an older owner, so what it says stays true.
   */
  async #askNodes(slots: readonly Slot[]): Promise<void> {
    const { bus, clock, settleMs } = this.#options;
    const startedAt = clock.monotonic();
    const query = { partitions: slots.map(({ partition }) => partition.partition), epochs: slots.map(epochOf) };
    const outcome = await bus.request({ kind: 'room-demand-query' }, RoomDemandQuery.encode(query).finish(), settleMs);
    if (!outcome.ok && outcome.failure === 'no-responder') return;
    const restMs = startedAt + settleMs - clock.monotonic();
    if (restMs > 0) await new Promise<void>((resolve) => void clock.after(restMs, resolve));
  }

  async #open(slot: Slot): Promise<void> {
    const { partition } = slot;
    // Lost, or to be handed over already: it is not opened any more.
    if (!this.#isCurrent(slot) || slot.state !== 'opening' || !(await this.#try(slot, () => partition.open()))) return;
    if (slot.state === 'opening') slot.state = 'active';
    this.#options.onTakenOver(partition.partition, partition.epoch);
  }

  /** False when the step failed, which ends the partition, or when it has been lost meanwhile. */
  async #try(slot: Slot, step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
    } catch (fault) {
      this.#options.onFault(fault);
      if (this.#isCurrent(slot)) await this.#end(slot.partition.partition, 'unopened');
      return false;
    }
    return this.#isCurrent(slot);
  }

  #isCurrent(slot: Slot): boolean {
    return this.#slots.get(slot.partition.partition) === slot;
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

function epochOf({ partition }: Slot): number {
  return partition.epoch;
}
