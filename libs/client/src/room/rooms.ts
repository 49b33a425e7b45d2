import type { Timer } from '@longwire/domain';
import type { ClientClock } from '../clock.ts';
import { numberOf, textOf } from '../codec/frames.ts';
import type { Fields } from '../codec/frames.ts';
import { isPassing, JOIN, LEAVE, LIMITED, NOT_FOUND, RESUME, UNAVAILABLE } from '../codec/operations.ts';
import type { Connection } from '../connection/connection.ts';
import type { ClientEvents } from '../client-events.ts';
import type { Mailbox } from '../delivery/mailbox.ts';
import type { Emitter } from '../emitter.ts';
import type { Message, Position } from '../message.ts';
import { isPosition } from './position.ts';
import { RoomOrder } from './room-order.ts';
import type { Placed } from './position.ts';

/** What became of a join. */
export type JoinOutcome =
  | { readonly ok: true; readonly online: number }
  | { readonly ok: false; readonly code: number; readonly reason: string };

export interface PlacedMessage extends Placed {
  readonly message: Message;
}

export interface RoomsPorts {
  readonly clock: ClientClock;
  readonly mailbox: Mailbox;
  readonly connection: () => Connection | undefined;
  readonly onGap: (roomId: string, missed: number | null) => void;
  readonly events: Emitter<ClientEvents>;
}

interface Room {
  readonly roomId: string;
  readonly order: RoomOrder<PlacedMessage>;
  readonly joined: PromiseWithResolvers<JoinOutcome>;
  untakenBytes: number;
  isFull: boolean;
  timer: Timer | undefined;
}

/**
 * Bytes of one room's messages that handlers have not taken. Above it the room's messages are dropped, and asked for again
 * (op 22) when half of it has been taken. Objects in memory are several times as large as their bytes on the line.
 */
export const MAX_ROOM_UNTAKEN_BYTES = 1024 * 1024;
export const MAX_ROOMS = 16;
const JOIN_AGAIN_MS = 1_000;

/** The rooms that are wanted: joins them on each connection, keeps the order in each, bounds what waits of each. */
export class Rooms {
  readonly #ports: RoomsPorts;
  readonly #rooms = new Map<string, Room>();

  constructor(ports: RoomsPorts) {
    this.#ports = ports;
  }

  get ids(): readonly string[] {
    return [...this.#rooms.keys()];
  }

  /** Wants a room from now on; resolves when it was joined for the first time, or refused. At most {@link MAX_ROOMS}. */
  async join(roomId: string): Promise<JoinOutcome> {
    const known = this.#rooms.get(roomId);
    if (known !== undefined) return known.joined.promise;
    if (this.#rooms.size >= MAX_ROOMS) return { ok: false, code: LIMITED, reason: 'too many rooms' };
    const room = this.#add(roomId);
    const connection = this.#ports.connection();
    if (connection !== undefined) void this.#joinOn(connection, room);
    return room.joined.promise;
  }

  leave(roomId: string): void {
    const room = this.#rooms.get(roomId);
    if (room === undefined) return;
    this.#forget(room, NOT_FOUND, 'left');
    this.#ports.connection()?.request(LEAVE, { roomId });
  }

  /**
   * Joins all rooms on a new connection; resolves when each has an answer. It is in the first one since its auth, but only
   * a join is told how many are there.
   */
  async start(connection: Connection): Promise<void> {
    await Promise.all([...this.#rooms.values()].map((room) => this.#joinOn(connection, room)));
  }

  take(message: PlacedMessage): void {
    if (isPosition(message)) this.#rooms.get(message.message.roomId ?? '')?.order.take(message);
  }

  /** The connection is gone. */
  cut(): void {
    for (const { order } of this.#rooms.values()) order.cut();
  }

  /** Messages were dropped before they came here. */
  askAgain(): void {
    for (const { order } of this.#rooms.values()) order.askAgain();
  }

  stop(): void {
    for (const room of this.#rooms.values()) this.#forget(room, UNAVAILABLE, 'closed');
  }

  #add(roomId: string): Room {
    const { clock, onGap } = this.#ports;
    const order = new RoomOrder<PlacedMessage>({
      clock,
      deliver: (placed) => this.#deliver(room, placed),
      ask: (position) => this.#ask(room, position),
      onGap: (missed) => onGap(roomId, missed),
    });
    const room: Room = {
      roomId,
      order,
      joined: Promise.withResolvers(),
      untakenBytes: 0,
      isFull: false,
      timer: undefined,
    };
    this.#rooms.set(roomId, room);
    return room;
  }

  #forget(room: Room, code: number, reason: string): void {
    this.#rooms.delete(room.roomId);
    room.timer?.cancel();
    room.order.cut();
    room.joined.resolve({ ok: false, code, reason });
  }

  #joinOn(connection: Connection, room: Room): Promise<void> {
    const { roomId } = room;
    const { promise, resolve } = Promise.withResolvers<void>();
    connection.request(JOIN, { roomId }, (code, fields) => {
      resolve();
      if (fields === null || this.#rooms.get(roomId) !== room) return;
      if (code === 0) this.#joined(room, fields);
      else if (isPassing(code)) {
        room.timer = this.#ports.clock.after(JOIN_AGAIN_MS, () => void this.#joinOn(connection, room));
      } else {
        const reason = textOf(fields['reason']);
        this.#forget(room, code, reason);
        this.#ports.events.emit('fault', { kind: 'room', detail: `${roomId}: ${code} ${reason}` });
      }
    });
    return promise;
  }

  #joined(room: Room, fields: Fields): void {
    const online = numberOf(fields['online']);
    this.#ports.events.emit('online', { roomId: room.roomId, online });
    room.joined.resolve({ ok: true, online });
    room.order.start();
  }

  #ask(room: Room, { epoch, seq }: Position): boolean {
    const connection = this.#ports.connection();
    if (connection?.isLive !== true) return false;
    connection.request(RESUME, { roomId: room.roomId, epoch, seq }, (code, fields) => {
      if (fields === null) return;
      const recovered = fields['recovered'] === true;
      if (code !== 0) room.order.refused(isPassing(code));
      else room.order.answered({ recovered, epoch: numberOf(fields['epoch']), seq: numberOf(fields['seq']) });
    });
    return true;
  }

  #deliver(room: Room, { message, sizeBytes }: PlacedMessage): boolean {
    if (room.untakenBytes > 0 && room.untakenBytes + sizeBytes > MAX_ROOM_UNTAKEN_BYTES) {
      room.isFull = true;
      return false;
    }
    room.untakenBytes += sizeBytes;
    this.#ports.mailbox.offer(message, () => {
      room.untakenBytes -= sizeBytes;
      if (!room.isFull || room.untakenBytes > MAX_ROOM_UNTAKEN_BYTES / 2) return;
      room.isFull = false;
      room.order.askAgain();
    });
    return true;
  }
}
