import type { Bus, BusHandler, RoomId, Subscription } from '@longwire/domain';

export interface RoomBusHandlers {
  readonly onBulk: BusHandler;
  readonly onExpress: BusHandler;
}

export interface RoomBuses {
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
}

/** One room's two subscriptions, bulk and express. What could not be confirmed is asked for again by `ensure`. */
export class RoomSubscription {
  readonly #buses: RoomBuses;
  readonly #handlers: RoomBusHandlers;
  readonly #roomId: RoomId;
  #bulk: Subscription | null = null;
  #express: Subscription | null = null;
  #running: Promise<boolean> | null = null;
  #isEnded = false;

  constructor(roomId: RoomId, buses: RoomBuses, handlers: RoomBusHandlers) {
    this.#roomId = roomId;
    this.#buses = buses;
    this.#handlers = handlers;
  }

  get isConfirmed(): boolean {
    return this.#bulk !== null && this.#express !== null;
  }

  /** Subscribes where that is not in effect yet; resolves to whether it all is now. Never rejects. */
  ensure(): Promise<boolean> {
    if (this.isConfirmed) return Promise.resolve(true);
    this.#running ??= this.#subscribe().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Nothing is handled after this, also when a subscription is still under way. */
  end(): void {
    this.#isEnded = true;
    this.#bulk?.unsubscribe();
    this.#express?.unsubscribe();
  }

  async #subscribe(): Promise<boolean> {
    const [bulk, express] = await Promise.all([
      this.#bulk ?? this.#subscribeTo(this.#buses.bulkBus, this.#handlers.onBulk),
      this.#express ?? this.#subscribeTo(this.#buses.expressBus, this.#handlers.onExpress),
    ]);
    this.#bulk = bulk;
    this.#express = express;
    if (this.#isEnded) this.end();
    return this.isConfirmed;
  }

  async #subscribeTo(bus: Bus, handler: BusHandler): Promise<Subscription | null> {
    try {
      return await bus.subscribe({ kind: 'room-batch', roomId: this.#roomId }, handler);
    } catch {
      // The bus is cut off: null is the answer, and the caller's next look tries again.
      return null;
    }
  }
}
