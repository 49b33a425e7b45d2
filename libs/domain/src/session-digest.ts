import type { RoomId } from './ids.ts';
import type { Session } from './session.ts';

/** What a node, or the store, has of one room in two numbers: equal digests mean equal sets of connections, but for chance. */
export interface RoomDigest {
  /** `''` is no room: all connections of the node, those in no room included. */
  readonly roomId: RoomId | '';
  readonly count: number;
  /** {@link hashOfId} of each connection id, combined by exclusive or: the order does not matter. */
  readonly hash: number;
}

/**
 * What one node holds of a slice of its rooms, whole: a room of the slice that is not named has no connection there.
 * Slices keep a digest of very many rooms small; a node with few rooms has one.
 */
export interface SessionDigest {
  readonly slice: number;
  readonly slices: number;
  readonly rooms: readonly RoomDigest[];
}

/** Most rooms a slice has, give or take the luck of the deal. */
export const ROOMS_PER_SLICE = 5000;

/** A hash of an id, as a signed 32 bit integer: FNV-1a, mixed once more so that ids that differ in one character do not cancel out. */
export function hashOfId(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The slice that a room is in, of `slices`; no room at all is in the first. */
export function sliceOf(roomId: RoomId | '', slices: number): number {
  return roomId === '' ? 0 : (hashOfId(roomId) >>> 0) % slices;
}

/** Digests of every room that these sessions are in, and of all of them under `''`. */
export function digestRooms(sessions: Iterable<Pick<Session, 'connectionId' | 'rooms'>>): readonly RoomDigest[] {
  const counts = new Map<RoomId | '', { count: number; hash: number }>();
  const add = (roomId: RoomId | '', hash: number): void => {
    const entry = counts.get(roomId);
    if (entry === undefined) {
      counts.set(roomId, { count: 1, hash });
      return;
    }
    entry.count += 1;
    entry.hash ^= hash;
  };
  for (const { connectionId, rooms } of sessions) {
    const hash = hashOfId(connectionId);
    add('', hash);
    for (const roomId of rooms) add(roomId, hash);
  }
  return [...counts].map(([roomId, entry]) => ({ roomId, ...entry }));
}

/** The n-th digest a node sends: the slices take turns. */
export function sliceDigest(rooms: readonly RoomDigest[], turn: number): SessionDigest {
  const slices = Math.max(1, Math.ceil(rooms.length / ROOMS_PER_SLICE));
  const slice = turn % slices;
  return { slice, slices, rooms: rooms.filter(({ roomId }) => sliceOf(roomId, slices) === slice) };
}

/** Rooms of the slice that the two sides hold differently. `held` may have rooms of other slices too. */
export function differingRooms(digest: SessionDigest, held: readonly RoomDigest[]): readonly (RoomId | '')[] {
  const told = new Map(digest.rooms.map((room) => [room.roomId, room]));
  const differing: (RoomId | '')[] = [];
  for (const { roomId, count, hash } of held) {
    if (sliceOf(roomId, digest.slices) !== digest.slice) continue;
    const other = told.get(roomId);
    told.delete(roomId);
    if (other?.count !== count || other.hash !== hash) differing.push(roomId);
  }
  return [...differing, ...told.keys()];
}
