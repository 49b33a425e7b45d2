import type { Respond, RoomId, Subscription } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { RoomDemand, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { idKeyOf } from '../aggregate/id-key.ts';
import { RoomShedder } from '../aggregate/room-shedder.ts';
import type { SealedBatch } from '../aggregate/room-window.ts';
import { RoomWindows } from '../aggregate/room-windows.ts';
import type { OfferOutcome, RoomOffer } from '../aggregate/room-windows.ts';
import { TakenIds } from '../aggregate/taken-ids.ts';
import { DemandTable } from '../demand/demand-table.ts';
import { HistoryAnswers } from '../history/history-answers.ts';
import { answerRoomTraffic } from '../traffic/answer-room-traffic.ts';
import type { PartitionClaim, PartitionDeps } from './partition-ports.ts';
import { RoomPositions } from './room-positions.ts';

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
  readonly #takenIds: TakenIds;
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
    this.#takenIds = new TakenIds(deps.takenIds, deps.clock.monotonic());
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
      bus.subscribe({ kind: 'room-traffic', partition }, (payload, respond) => this.#onTraffic(payload, respond)),
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
    this.#deps.forwarder.settle(this);
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
    this.#deps.dictionaries.forgetPartition(this.partition);
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
    for (const { messageId, roomId, payload: text, acceptedAtMs, isUnkeyed, isTraced } of push.messages) {
      const idKey = isUnkeyed ? '' : idKeyOf(messageId);
      const tracedId = isTraced ? messageId : undefined;
      const offer = { roomId: trustedId<RoomId>(roomId), payload: text, acceptedAtMs, idKey, tracedId };
      const outcome = this.#offer(messageId, offer);
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
    const pushed = { messageId, idKey: offer.idKey };
    if (this.#takenIds.has(pushed)) {
      observer.onDuplicate();
      return 'duplicate';
    }
    const shedAs = this.#shedder.judge({ messageId, ...offer });
    if (shedAs !== null) {
      observer.onShed(shedAs, offer.roomId);
      if (offer.tracedId !== undefined) this.#deps.traces.shed(offer.tracedId, shedAs);
      return 'shed';
    }
    const outcome = this.#windows.offer(offer);
    if (outcome === 'taken') this.#takenIds.add(pushed, clock.monotonic());
    else if (outcome === 'malformed') observer.onMalformed('room-push');
    if (offer.tracedId !== undefined && outcome === 'taken') {
      this.#deps.traces.taken(offer.tracedId, this.#positions.takenOf(offer.roomId));
    }
    return outcome;
  }

  #onDemand(payload: Uint8Array): void {
    const demand = read(() => RoomDemand.decode(payload));
    if (demand === undefined) {
      this.#deps.observer.onMalformed('room-demand');
      return;
    }
    const { nodeId, rooms, idKeys } = demand;
    // What was sent by owners before is known from now on, as if this one had taken it.
    const takenUp = idKeys.length === 0 ? 0 : this.#takenIds.takeUp(idKeys, this.#deps.clock.monotonic());
    if (takenUp > 0) this.#deps.observer.onTakenUp(takenUp);
    this.#demand.apply(demand, this.#deps.clock.monotonic());
    for (const need of rooms) {
      const { roomId, roomEpoch, lastSeq, ownerEpoch, firstSeq } = need;
      this.#deps.dictionaries.hear(nodeId, trustedId<RoomId>(roomId), need);
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

  #onTraffic(payload: Uint8Array, respond: Respond | undefined): void {
    const { traffic, histories, observer } = this.#deps;
    const ports = { ...traffic, histories, positions: this.#positions, isHeld: this.isHeld };
    const answer = read(() => answerRoomTraffic(payload, ports));
    if (answer === undefined) observer.onMalformed('room-traffic');
    else respond?.(answer);
  }

  #forward(batch: SealedBatch): void {
    if (!this.isHeld) {
      this.#deps.observer.onStale(batch.count);
      return;
    }
    this.#history.keep(batch);
    this.#deps.forwarder.forward(batch, this, this.#demand.audienceOf(batch.roomId));
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
