import type { Bus, Clock, RoomId, Subscription } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { RoomDemand, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { RecentIds } from '../aggregate/recent-ids.ts';
import type { RecentIdsLimits } from '../aggregate/recent-ids.ts';
import type { SealedBatch } from '../aggregate/room-window.ts';
import { RoomWindows } from '../aggregate/room-windows.ts';
import type { OfferOutcome, RoomOffer, RoomWindowsOptions } from '../aggregate/room-windows.ts';
import { DemandTable } from '../demand/demand-table.ts';
import type { RoomForwarder } from '../forward/room-forwarder.ts';

/** What a partition tells of its work; each call stands for `count` messages. */
export interface PartitionObserver {
  readonly onTaken: (count: number) => void;
  readonly onDuplicate: () => void;
  readonly onOverloaded: (bound: 'room' | 'process', count: number) => void;
  readonly onStale: (count: number) => void;
  readonly onMalformed: (topic: 'room-push' | 'room-demand') => void;
}

/** What all partitions of a process share. */
export interface PartitionDeps extends Omit<RoomWindowsOptions, 'epoch' | 'forward'> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly forwarder: RoomForwarder;
  readonly observer: PartitionObserver;
  readonly recentIds: RecentIdsLimits;
  readonly demandExpiryMs: number;
  /** Rooms a partition remembers the seq of; with more it asks to be handed over, which begins a new epoch. */
  readonly maxRooms: number;
}

export interface PartitionClaim {
  readonly partition: number;
  readonly epoch: number;
  /** Monotonic ms until which the lease is surely held. */
  readonly heldUntilMs: number;
}

/**
 * One owned partition within one epoch: takes pushes, gathers them per room, forwards batches. It acts only while its
 * lease is surely held by this process's own clock; from that moment on, or once closed, it takes and forwards nothing.
 */
export class Partition {
  readonly partition: number;
  readonly epoch: number;
  readonly #deps: PartitionDeps;
  readonly #windows: RoomWindows;
  readonly #demand: DemandTable;
  readonly #recent: RecentIds;
  #heldUntilMs: number;
  #isClosed = false;
  #subscriptions: Subscription[] = [];

  constructor(claim: PartitionClaim, deps: PartitionDeps) {
    this.partition = claim.partition;
    this.epoch = claim.epoch;
    this.#heldUntilMs = claim.heldUntilMs;
    this.#deps = deps;
    this.#windows = new RoomWindows({ ...deps, epoch: claim.epoch, forward: (batch) => this.#forward(batch) });
    this.#demand = new DemandTable(deps.demandExpiryMs);
    this.#recent = new RecentIds(deps.recentIds, deps.clock.monotonic());
  }

  get hotRooms(): number {
    return this.#windows.hotRooms;
  }

  /** True when the partition should begin a new epoch to forget the rooms it has seen. */
  get isFull(): boolean {
    return this.#windows.rooms >= this.#deps.maxRooms;
  }

  get isHeld(): boolean {
    return !this.#isClosed && this.#deps.clock.monotonic() < this.#heldUntilMs;
  }

  /** The lease was renewed. */
  extend(heldUntilMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, heldUntilMs);
  }

  /** Begins to take pushes. Rejects with `bus-unavailable`, leaving no subscription. */
  async open(): Promise<void> {
    const { bus } = this.#deps;
    const { partition } = this;
    // Demand first: what a push then meets is as complete as it can be.
    await this.#listen(() => bus.subscribe({ kind: 'room-demand', partition }, (payload) => this.#onDemand(payload)));
    await this.#listen(() =>
      bus.subscribe({ kind: 'room-push', partition }, (payload, respond) => this.#onPush(payload, respond)),
    );
  }

  /** Hands over in order: takes nothing more, and resolves when all that was taken is on the bus's server. */
  async retire(): Promise<void> {
    this.#unsubscribe();
    this.#windows.flushAll();
    await this.#deps.turns.passed();
    try {
      await this.#deps.bus.flush();
    } finally {
      this.close();
    }
  }

  /** Stops at once; what waits is dropped and counted as stale. Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#unsubscribe();
    const dropped = this.#windows.close();
    if (dropped > 0) this.#deps.observer.onStale(dropped);
  }

  sweepDemand(): void {
    this.#demand.sweep(this.#deps.clock.monotonic());
  }

  async #listen(subscribe: () => Promise<Subscription>): Promise<void> {
    try {
      const subscription = await subscribe();
      this.#subscriptions.push(subscription);
    } catch (fault) {
      this.#unsubscribe();
      throw fault;
    }
    // Closed while the bus was confirming.
    if (this.#isClosed) this.#unsubscribe();
  }

  #unsubscribe(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }

  #onPush(payload: Uint8Array, respond: ((payload: Uint8Array) => void) | undefined): void {
    const reply = this.#take(payload);
    respond?.(RoomPushReply.encode(reply).finish());
  }

  #take(payload: Uint8Array): RoomPushReply {
    const { observer } = this.#deps;
    const push = read(() => RoomPush.decode(payload));
    if (push === undefined) {
      observer.onMalformed('room-push');
      return { accepted: 0, isOverloaded: false };
    }
    const total = push.messages.length;
    if (!this.isHeld) {
      observer.onStale(total);
      return { accepted: 0, isOverloaded: false };
    }
    let accepted = 0;
    let taken = 0;
    for (const { messageId, roomId, payload: text, acceptedAtMs } of push.messages) {
      const outcome = this.#offer(messageId, { roomId: trustedId<RoomId>(roomId), payload: text, acceptedAtMs });
      if (outcome === 'room-full' || outcome === 'process-full') {
        observer.onOverloaded(outcome === 'room-full' ? 'room' : 'process', total - accepted);
        break;
      }
      accepted += 1;
      if (outcome === 'taken') taken += 1;
    }
    if (taken > 0) observer.onTaken(taken);
    return { accepted, isOverloaded: accepted < total };
  }

  #offer(messageId: string, offer: RoomOffer): OfferOutcome | 'duplicate' {
    const { observer, clock } = this.#deps;
    if (this.#recent.has(messageId)) {
      observer.onDuplicate();
      return 'duplicate';
    }
    const outcome = this.#windows.offer(offer);
    if (outcome === 'taken') this.#recent.add(messageId, clock.monotonic());
    else if (outcome === 'malformed') observer.onMalformed('room-push');
    return outcome;
  }

  #onDemand(payload: Uint8Array): void {
    const demand = read(() => RoomDemand.decode(payload));
    if (demand === undefined) this.#deps.observer.onMalformed('room-demand');
    else this.#demand.apply(demand, this.#deps.clock.monotonic());
  }

  #forward(batch: SealedBatch): void {
    if (!this.isHeld) {
      this.#deps.observer.onStale(batch.bodies.length);
      return;
    }
    const { partition, epoch } = this;
    this.#deps.forwarder.forward(batch, { partition, epoch, needs: this.#demand.needsOf(batch.roomId) });
  }
}

function read<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    // Bytes that are no such message: the caller counts them.
    return undefined;
  }
}
