import { hashOfId, principalOf } from '@longwire/domain';
import type { NodeIncarnation, RoomId, Session, SessionChange } from '@longwire/domain';
import { encodeRoute } from './route-codec.ts';

/** What one script call does to one room: `args` are the ARGV of change-room.lua, six per change. */
export interface RoomOps {
  readonly args: (string | number)[];
  /** Per change: where it stands among the batch's changes, and whose it is. */
  readonly origins: { readonly order: number; readonly session: Session }[];
}

/** One run of a node, as the room indexes name it. */
export const placeOf = ({ nodeId, incarnation }: NodeIncarnation): string => `${nodeId}|${incarnation}`;

/** What a batch of session changes does to the indexes, gathered per key so that each key takes one call. */
export class IndexChanges {
  /** ARGV pairs of change-routes.lua. */
  readonly users = new Map<string, string[]>();
  readonly devices = new Map<string, string[]>();
  readonly rooms = new Map<RoomId, RoomOps>();
  readonly #node: NodeIncarnation;
  #order = 0;

  constructor(node: NodeIncarnation) {
    this.#node = node;
  }

  putRoutes(session: Session): void {
    this.#route(session, encodeRoute(session, this.#node));
  }

  dropRoutes(session: Session): void {
    this.#route(session, '');
  }

  enter(roomId: RoomId, session: Session): void {
    this.#room('+', roomId, session);
  }

  leave(roomId: RoomId, session: Session): void {
    this.#room('-', roomId, session);
  }

  #route({ connectionId, userId, deviceId }: Session, route: string): void {
    if (userId !== null) gather(this.users, userId).push(connectionId, route);
    gather(this.devices, deviceId).push(connectionId, route);
  }

  #room(op: '+' | '-', roomId: RoomId, session: Session): void {
    const ops = this.rooms.get(roomId) ?? { args: [], origins: [] };
    this.rooms.set(roomId, ops);
    const { connectionId, deviceId } = session;
    ops.args.push(op, connectionId, principalOf(session), deviceId, placeOf(this.#node), hashOfId(connectionId));
    ops.origins.push({ order: this.#order, session });
    this.#order += 1;
  }
}

/** A session change with the rooms that the connection was in before; undefined when it was not on record. */
export interface PlacedChange {
  readonly change: SessionChange;
  readonly before: readonly RoomId[] | undefined;
}

/** The session as it is once the change is done; a closed one is in no room. */
export function sessionAfter(change: SessionChange): Session {
  const rooms = new Set(change.session.rooms);
  if (change.type === 'join') rooms.add(change.roomId);
  if (change.type === 'leave') rooms.delete(change.roomId);
  if (change.type === 'close') rooms.clear();
  return { ...change.session, rooms: [...rooms] };
}

/**
 * Adds what one change does. An `open` states everything again, which repairs indexes that an earlier batch left half done; a
 * `join` states its room again, should the enter it caused have been lost.
 */
export function addChange(changes: IndexChanges, { change, before }: PlacedChange): void {
  const after = sessionAfter(change);
  const isAll = change.type === 'open' || before === undefined;
  if (change.type === 'close') changes.dropRoutes(after);
  else if (isAll) changes.putRoutes(after);
  for (const roomId of before ?? []) if (!after.rooms.includes(roomId)) changes.leave(roomId, after);
  const named = change.type === 'join' ? change.roomId : undefined;
  for (const roomId of after.rooms) {
    if (isAll || roomId === named || !before.includes(roomId)) changes.enter(roomId, after);
  }
}

function gather(map: Map<string, string[]>, id: string): string[] {
  const list = map.get(id) ?? [];
  map.set(id, list);
  return list;
}
