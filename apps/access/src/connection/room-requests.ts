import type { RoomId, SessionChange } from '@longwire/domain';
import { encodeRefusal, encodeRoomReply, MAX_ROOMS_PER_CONNECTION, OPERATION, REPLY_CODES } from '@longwire/wire';
import type { ReplyOperation, RoomReply } from '@longwire/wire';
import type { RoomTable } from '../room/room-table.ts';
import type { Room } from '../room/room.ts';
import type { Connection } from './connection.ts';

/** Joins, sends and resumes of one connection that may wait for their answer; what is more is refused with -429. */
export const MAX_PENDING_REQUESTS = 16;

/** Rooms are asked for by frames that differ in their kind alone, which has been looked at by now. */
interface RoomRequest {
  readonly seq: number;
  readonly roomId: RoomId;
}
type JoinReplyOp = typeof OPERATION.changeRoomReply | typeof OPERATION.joinReply;

export interface RoomRequestsOptions {
  readonly rooms: RoomTable;
  readonly onChange: (change: SessionChange) => void;
}

/** Ops 12, 14 and 16: which rooms a connection is in. Joins are answered when they are in effect. */
export class RoomRequests {
  readonly #options: RoomRequestsOptions;

  constructor(options: RoomRequestsOptions) {
    this.#options = options;
  }

  /** Op 12: afterwards the connection is in this room alone, or in none. */
  change(connection: Connection, { seq, roomId }: { readonly seq: number; readonly roomId: RoomId | null }): void {
    if (isBusy(connection)) {
      refuse(connection, OPERATION.changeRoomReply, seq, 'too many requests wait for their answer');
      return;
    }
    for (const room of connection.rooms.slice()) {
      if (room.roomId !== roomId) this.#leave(connection, room);
    }
    if (roomId !== null) this.#join(connection, roomId, { op: OPERATION.changeRoomReply, seq });
    else connection.send(encodeRoomReply({ op: OPERATION.changeRoomReply, seq, code: 0, roomId: '', online: 0 }));
  }

  /** Op 14. */
  join(connection: Connection, { seq, roomId }: RoomRequest): void {
    const isNew = find(connection, roomId) === undefined;
    if (isNew && connection.rooms.length >= MAX_ROOMS_PER_CONNECTION) {
      refuse(connection, OPERATION.joinReply, seq, `a connection is in at most ${MAX_ROOMS_PER_CONNECTION} rooms`);
    } else if (isBusy(connection)) {
      refuse(connection, OPERATION.joinReply, seq, 'too many requests wait for their answer');
    } else {
      this.#join(connection, roomId, { op: OPERATION.joinReply, seq });
    }
  }

  /** Op 16. Leaving a room that the connection is not in is refused and changes nothing. */
  leave(connection: Connection, { seq, roomId }: RoomRequest): void {
    const room = find(connection, roomId);
    const code = room === undefined ? REPLY_CODES.notFound.code : REPLY_CODES.ok.code;
    if (room !== undefined) this.#leave(connection, room);
    const online = room?.online ?? 0;
    connection.send(encodeRoomReply({ op: OPERATION.leaveReply, seq, code, roomId, online }));
  }

  #join(connection: Connection, roomId: RoomId, reply: Pick<RoomReply, 'seq'> & { op: JoinReplyOp }): void {
    let room = find(connection, roomId);
    if (room === undefined) {
      room = this.#options.rooms.join(roomId, connection);
      this.#options.onChange({ type: 'join', session: connection.toSession(), roomId });
    }
    if (room.isReady) answer(connection, room, reply);
    else answerWhenReady(connection, room, reply);
  }

  #leave(connection: Connection, room: Room): void {
    this.#options.rooms.leave(room, connection);
    this.#options.onChange({ type: 'leave', session: connection.toSession(), roomId: room.roomId });
  }
}

function answerWhenReady(connection: Connection, room: Room, reply: Pick<RoomReply, 'op' | 'seq'>): void {
  connection.pendingRequests += 1;
  void room.ready.then(() => {
    connection.pendingRequests -= 1;
    answer(connection, room, reply);
  });
}

function answer(connection: Connection, room: Room, { op, seq }: Pick<RoomReply, 'op' | 'seq'>): void {
  room.wasAsked = true;
  // The reply does not go ahead of what came while it waited.
  room.fanOut?.settleFor(connection);
  connection.send(encodeRoomReply({ op, seq, code: REPLY_CODES.ok.code, roomId: room.roomId, online: room.online }));
}

function find(connection: Connection, roomId: RoomId): Room | undefined {
  return connection.rooms.find((room) => room.roomId === roomId);
}

function isBusy(connection: Connection): boolean {
  return connection.pendingRequests >= MAX_PENDING_REQUESTS;
}

function refuse(connection: Connection, op: ReplyOperation, seq: number, reason: string): void {
  connection.send(encodeRefusal({ op, seq, code: REPLY_CODES.limited.code, reason }));
}
