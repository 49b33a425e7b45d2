import type { Clock, RoomId } from '@longwire/domain';
import type { Member } from './room.ts';
import { RoomSubscription } from './room-subscription.ts';
import type { RoomBuses, RoomBusHandlers } from './room-subscription.ts';
import { Room } from './room.ts';

/** A join waits no longer than this for what is to be in effect, then goes on without. */
export const ROOM_READY_TIMEOUT_MS = 1000;

export interface RoomTableOptions {
  readonly buses: RoomBuses;
  readonly clock: Clock;
  /** How long an empty room stays subscribed, for the next one who joins. */
  readonly lingerMs: number;
  readonly handlersFor: (room: Room) => RoomBusHandlers;
  /** Resolves when the zone and online count of a new room are known, or could not be had. Never rejects. */
  readonly lookup: (room: Room) => Promise<void>;
  /** A room's encodings in demand may have changed, or it has grown to twice its size. */
  readonly onNeedsChange: (room: Room) => void;
  readonly onJoined: (room: Room, member: Member) => void;
  readonly onLeft: (room: Room, member: Member) => void;
  /** A room is no longer kept. */
  readonly onDropped: (room: Room) => void;
}

interface Entry {
  readonly room: Room;
  readonly subscription: RoomSubscription;
}

/** The rooms that have, had a moment ago, or are about to have members on this node; each is subscribed on both buses. */
export class RoomTable {
  readonly #options: RoomTableOptions;
  readonly #entries = new Map<RoomId, Entry>();

  constructor(options: RoomTableOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#entries.size;
  }

  *rooms(): Iterable<Room> {
    for (const { room } of this.#entries.values()) yield room;
  }

  find(roomId: RoomId): Room | undefined {
    return this.#entries.get(roomId)?.room;
  }

  /** Keeps a room for one who will join it when it is ready; each hold is to be released. */
  hold(roomId: RoomId): Room {
    const room = this.#take(roomId);
    room.holds += 1;
    return room;
  }

  releaseHold(room: Room): void {
    room.holds -= 1;
    this.#noteIfEmpty(room);
  }

  /** Adds the member at once and returns the room; `ready` tells when pushes reach it. It must not be in the room. */
  join(roomId: RoomId, member: Member): Room {
    const room = this.#take(roomId);
    this.add(room, member);
    return room;
  }

  /** Adds the member to a room that is held or was just taken. */
  add(room: Room, member: Member): void {
    const needs = room.needs;
    room.add(member);
    this.#options.onJoined(room, member);
    if (room.needs !== needs || isPowerOfTwo(room.members.length)) this.#options.onNeedsChange(room);
  }

  /** False when the member was not in the room. */
  leave(room: Room, member: Member): boolean {
    const needs = room.needs;
    if (!room.remove(member)) return false;
    this.#options.onLeft(room, member);
    if (room.needs !== needs) this.#options.onNeedsChange(room);
    this.#noteIfEmpty(room);
    return true;
  }

  /** To be called about once a second: drops rooms that stayed empty, subscribes again where that has failed. */
  sweep(): void {
    const nowMs = this.#options.clock.monotonic();
    for (const entry of this.#entries.values()) {
      if (!isEmpty(entry.room)) {
        if (!entry.subscription.isConfirmed) void entry.subscription.ensure();
      } else if (nowMs - entry.room.emptySinceMs >= this.#options.lingerMs) {
        this.#drop(entry);
      }
    }
  }

  /** Ends all subscriptions. */
  stop(): void {
    for (const entry of this.#entries.values()) this.#drop(entry);
  }

  #take(roomId: RoomId): Room {
    const known = this.#entries.get(roomId);
    if (known !== undefined) return known.room;
    const room = new Room(roomId);
    const subscription = new RoomSubscription(roomId, this.#options.buses, this.#options.handlersFor(room));
    this.#entries.set(roomId, { room, subscription });
    room.ready = this.#makeReady(room, subscription);
    return room;
  }

  async #makeReady(room: Room, subscription: RoomSubscription): Promise<void> {
    const { clock, lookup } = this.#options;
    const inEffect = Promise.all([subscription.ensure(), lookup(room)]);
    await new Promise<void>((resolve) => {
      const timer = clock.after(ROOM_READY_TIMEOUT_MS, resolve);
      void inEffect.then(() => {
        timer.cancel();
        resolve();
      });
    });
    room.isReady = true;
  }

  #drop({ room, subscription }: Entry): void {
    room.fanOut?.settle();
    this.#entries.delete(room.roomId);
    room.isDropped = true;
    subscription.end();
    this.#options.onDropped(room);
  }

  #noteIfEmpty(room: Room): void {
    if (isEmpty(room)) room.emptySinceMs = this.#options.clock.monotonic();
  }
}

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
}

function isEmpty(room: Room): boolean {
  return room.members.length === 0 && room.holds === 0;
}
