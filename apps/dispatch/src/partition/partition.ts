import type { Bus, Clock, Respond, RoomHistories, RoomId, Subscription } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { RoomDemand, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { RecentIds } from '../aggregate/recent-ids.ts';
import { RoomShedder } from '../aggregate/room-shedder.ts';
import type { RoomShedderOptions } from '../aggregate/room-shedder.ts';
import type { MessageClass } from '../aggregate/message-class.ts';
import type { RecentIdsLimits } from '../aggregate/recent-ids.ts';
import type { SealedBatch } from '../aggregate/room-window.ts';
import { RoomWindows } from '../aggregate/room-windows.ts';
import type { OfferOutcome, RoomOffer, RoomWindowsOptions } from '../aggregate/room-windows.ts';
import { DemandTable } from '../demand/demand-table.ts';
import type { RoomForwarder } from '../forward/room-forwarder.ts';
import { HistoryAnswers } from '../history/history-answers.ts';
import type { PastOfNodes } from '../history/past-of-nodes.ts';
import type { Bodies } from '../history/room-past.ts';
import { RoomPositions } from './room-positions.ts';

/** What a partition tells of its work; each call stands for `count` messages. */
export interface PartitionObserver {
  readonly onTaken: (count: number) => void;
  readonly onDuplicate: () => void;
  readonly onOverloaded: (bound: 'room' | 'process', count: number) => void;
  readonly onShed: (kind: MessageClass) => void;
  readonly onStale: (count: number) => void;
  readonly onMalformed: (topic: 'room-push' | 'room-demand' | 'room-history') => void;
  /** An access node had got further in a room than this owner knew: the room has begun a new epoch. */
  readonly onFork: () => void;
  readonly onHistoryAnswered: (outcome: 'own' | 'pulled' | 'unknown') => void;
}

/** What all partitions of a process share. */
export interface PartitionDeps extends Omit<RoomWindowsOptions, 'positions' | 'forward'> {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly forwarder: RoomForwarder;
  readonly observer: PartitionObserver;
  readonly recentIds: RecentIdsLimits;
  readonly demandExpiryMs: number;
  readonly shedding: RoomShedderOptions;
  /** What was sent lately, of all rooms of the process. */
  readonly histories: RoomHistories<Bodies>;
  readonly pastOfNodes: PastOfNodes;
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
 * One owned partition within one epoch of its lease: takes pushes, gathers them per room, forwards batches, answers for
 * what was sent. It acts only while its lease is surely held by this process's own clock; from that moment on, or once
 * closed, it takes and forwards nothing.
 */
export class Partition {
  readonly partition: number;
  readonly epoch: number;
  readonly #deps: PartitionDeps;
  readonly #windows: RoomWindows;
  readonly #demand: DemandTable;
  readonly #recent: RecentIds;
  readonly #positions: RoomPositions;
  readonly #shedder: RoomShedder;
  readonly #history: HistoryAnswers;
  #heldUntilMs: number;
  #isClosed = false;
  #subscriptions: Subscription[] = [];

  constructor(claim: PartitionClaim, deps: PartitionDeps) {
    this.partition = claim.partition;
    this.epoch = claim.epoch;
    this.#heldUntilMs = claim.heldUntilMs;
    this.#deps = deps;
    const positions = new RoomPositions(claim.epoch, deps.maxRooms);
    this.#positions = positions;
    this.#windows = new RoomWindows({ ...deps, positions, forward: (batch) => this.#forward(batch) });
    this.#history = new HistoryAnswers({
      ownerEpoch: claim.epoch,
      positions,
      histories: deps.histories,
      nodes: deps.pastOfNodes,
      clock: deps.clock,
      isHeld: () => this.isHeld,
      onAnswered: deps.observer.onHistoryAnswered,
    });
    this.#shedder = new RoomShedder(deps.shedding);
    this.#demand = new DemandTable(deps.demandExpiryMs);
    this.#recent = new RecentIds(deps.recentIds, deps.clock.monotonic());
  }

  get hotRooms(): number {
    return this.#windows.hotRooms;
  }

  /** True when the partition should begin a new epoch to forget the rooms it has seen. */
  get isFull(): boolean {
    return this.#positions.rooms >= this.#deps.maxRooms;
  }

  get isHeld(): boolean {
    return !this.#isClosed && this.#deps.clock.monotonic() < this.#heldUntilMs;
  }

  /** The lease was renewed. */
  extend(heldUntilMs: number): void {
    this.#heldUntilMs = Math.max(this.#heldUntilMs, heldUntilMs);
  }

  /**
   * Begins to listen to what access nodes say of their rooms; before {@link open}, so that each room goes on from where
   * they know it to stand. Rejects with `bus-unavailable`, leaving no subscription.
   */
  async listen(): Promise<void> {
    const { bus } = this.#deps;
    const { partition } = this;
    await this.#listen(() => bus.subscribe({ kind: 'room-demand', partition }, (payload) => this.#onDemand(payload)));
  }

  /** Begins to take pushes. Rejects as {@link listen} does. */
  async open(): Promise<void> {
    const { bus } = this.#deps;
    const { partition } = this;
    await this.#listen(() =>
      bus.subscribe({ kind: 'room-history', partition }, (payload, respond) => this.#onHistory(payload, respond)),
    );
    await this.#listen(() =>
      bus.subscribe({ kind: 'room-push', partition }, (payload, respond) => this.#onPush(payload, respond)),
    );
  }

  /**
   * Hands over in order: answers the pushes that are on their way, takes nothing more, and resolves when all that was
   * taken is on the bus's server.
   */
  async retire(): Promise<void> {
    const subscriptions = this.#subscriptions;
    this.#subscriptions = [];
    await Promise.all(subscriptions.map((subscription) => subscription.drain()));
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
    this.#history.close();
    const dropped = this.#windows.close();
    if (dropped > 0) this.#deps.observer.onStale(dropped);
  }

  sweepDemand(): void {
    this.#demand.sweep(this.#deps.clock.monotonic());
    this.#shedder.sweep();
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

  #onPush(payload: Uint8Array, respond: Respond | undefined): void {
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

  #offer(messageId: string, offer: RoomOffer): OfferOutcome | 'duplicate' | 'shed' {
    const { observer, clock } = this.#deps;
    if (this.#recent.has(messageId)) {
      observer.onDuplicate();
      return 'duplicate';
    }
    const shedAs = this.#shedder.judge({ messageId, ...offer });
    if (shedAs !== null) {
      observer.onShed(shedAs);
      return 'shed';
    }
    const outcome = this.#windows.offer(offer);
    if (outcome === 'taken') this.#recent.add(messageId, clock.monotonic());
    else if (outcome === 'malformed') observer.onMalformed('room-push');
    return outcome;
  }

  #onDemand(payload: Uint8Array): void {
    const demand = read(() => RoomDemand.decode(payload));
    if (demand === undefined) {
      this.#deps.observer.onMalformed('room-demand');
      return;
    }
    const { nodeId, rooms } = demand;
    this.#demand.apply(demand, this.#deps.clock.monotonic());
    for (const { roomId, roomEpoch, lastSeq, ownerEpoch, firstSeq } of rooms) {
      const outcome = this.#positions.hear(roomId, { nodeId, roomEpoch, lastSeq, ownerEpoch, firstSeq });
      if (outcome === 'fork') this.#deps.observer.onFork();
    }
  }

  #onHistory(payload: Uint8Array, respond: Respond | undefined): void {
    if (respond === undefined) return;
    const isRead = read(() => {
      this.#history.receive(payload, respond);
      return true;
    });
    if (isRead !== true) this.#deps.observer.onMalformed('room-history');
  }

  #forward(batch: SealedBatch): void {
    if (!this.isHeld) {
      this.#deps.observer.onStale(batch.bodies.length);
      return;
    }
    const { partition, epoch } = this;
    this.#history.keep(batch);
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
