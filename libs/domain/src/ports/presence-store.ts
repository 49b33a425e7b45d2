import type { ClientEvent } from '../client-event.ts';
import type { DeviceId, NodeId, RoomId, UserId } from '../ids.ts';
import type { NodeIncarnation, Route, Session, SessionChange } from '../session.ts';
import type { SessionDigest } from '../session-digest.ts';

export interface OnlineTotals {
  readonly connections: number;
  /** Distinct users, guests not counted. */
  readonly users: number;
  /** Rooms with at least one connection. */
  readonly rooms: number;
}

export interface RoomOnline {
  readonly roomId: RoomId;
  /** Connections in the room, over all nodes. */
  readonly online: number;
  /** Of these, the ones on the node that was asked about (0 when none was). */
  readonly onlineAtNode: number;
}

export type LocatedSession = Session & { readonly nodeId: NodeId };

/** An enter or leave of a room that sessions have caused. Its id is the same however often it is handed out. */
export type PresenceEvent = Extract<ClientEvent, { type: 'room.enter' | 'room.leave' }>;

/**
 * Who is where. Every change is idempotent; single sessions change atomically per index (user, device, room, node),
 * and indexes agree once changes stop. Every method rejects with AppError `store-unavailable` when the store is gone.
 *
 * A principal (user, or device of a guest) enters a room with its first connection in it. It leaves `leaveGraceMs` after its
 * last one left, unless it came back by then. Of each stay there is one enter and one leave, however often changes repeat.
 * The store keeps both, from the step that caused them, until {@link confirmEvents}: whoever was handed an event and dies
 * loses nothing. A handed out event is held back from others for `eventHoldMs` (default 5 s), and handed out again after that.
 */
export interface PresenceStore {
  /** Renews a node's lease; `unknown` when the store has no sessions base for this incarnation: a snapshot is needed. */
  renewNode(node: NodeIncarnation, ttlMs: number): Promise<'known' | 'unknown'>;
  /**
   * Applies changes of one node in order; hands out the enter events they caused, in that order. Changes that are applied
   * again cause none; changes of an outdated incarnation are dropped.
   */
  apply(node: NodeIncarnation, changes: readonly SessionChange[]): Promise<readonly PresenceEvent[]>;
  /**
   * Ends a snapshot: closes each session of this node that is not in `connectionIds` (the whole truth), makes the node known.
   * It stays unknown, to be asked again, when one of them is not on record.
   */
  completeSnapshot(node: NodeIncarnation, connectionIds: ReadonlySet<string>): Promise<void>;
  /** Nodes whose lease has lapsed or whose incarnation was replaced, and which have not been swept and forgotten yet. */
  lapsedNodes(): Promise<readonly NodeIncarnation[]>;
  /** Closes up to `limit` sessions of a lapsed node; returns how many were closed, 0 when the node is clean and forgotten. */
  sweepNode(node: NodeIncarnation, limit: number): Promise<number>;
  /**
   * Hands out, oldest first within a room, at most `limit` events: leaves whose grace has ended, after which nobody can come
   * back from them, and whatever was handed out longer than `eventHoldMs` ago and not confirmed. When nobody has asked for more
   * than `breakMs` (default 2 s) although something waited, the store or all who ask were away: nothing is handed out for
   * `settleMs` (default 3 s) then, so that who came back meanwhile is heard of before a leave is told.
   */
  takeEvents(limit: number): Promise<readonly PresenceEvent[]>;
  /** The events are safe elsewhere: forgets them. Events that are not kept are passed over. */
  confirmEvents(events: readonly PresenceEvent[]): Promise<void>;
  /**
   * Compares what the store holds of one run with what the node says it has: each room of a slice, see {@link SessionDigest}.
   * `same` when nothing differs; `differs` when a snapshot is needed, entries that only a stray index held being removed
   * by then. Only to be asked between changes of the node. An outdated run is always the `same`.
   */
  reconcile(node: NodeIncarnation, digest: SessionDigest): Promise<'same' | 'differs'>;

  routesOfUsers(userIds: readonly UserId[]): Promise<readonly Route[]>;
  routesOfDevices(deviceIds: readonly DeviceId[]): Promise<readonly Route[]>;
  sessionsOfUser(userId: UserId): Promise<readonly LocatedSession[]>;
  roomsOnline(roomIds: readonly RoomId[], nodeId?: NodeId): Promise<readonly RoomOnline[]>;
  /** The rooms with the most connections, most first; ties in no order. `onlineAtNode` is 0. At most 200. */
  topRooms(limit: number): Promise<readonly RoomOnline[]>;
  totals(): Promise<OnlineTotals>;
}
