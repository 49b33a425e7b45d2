import type { ClientEvent } from '../client-event.ts';
import type { DeviceId, NodeId, RoomId, UserId } from '../ids.ts';
import type { NodeIncarnation, Route, Session, SessionChange } from '../session.ts';

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

/** The enter and leave events that a change has caused; ids are stable when the change is applied again. */
export type PresenceEvent = Extract<ClientEvent, { type: 'room.enter' | 'room.leave' }>;

/**
 * Who is where. Every change is idempotent; single sessions change atomically per index (user, device, room, node),
 * and indexes agree once changes stop. Every method rejects with AppError `store-unavailable` when the store is gone.
 *
 * A principal (user, or device of a guest) enters a room with its first connection in it. It leaves `leaveGraceMs` after its
 * last one left, unless it came back by then. The store holds such pending leaves; {@link takeDueLeaves} hands them out.
 */
export interface PresenceStore {
  /** Renews a node's lease; `unknown` when the store has no sessions base for this incarnation: a snapshot is needed. */
  renewNode(node: NodeIncarnation, ttlMs: number): Promise<'known' | 'unknown'>;
  /**
   * Applies changes of one node in order; returns the enter events they caused, and for a minute again, with the same ids,
   * when the `open` or `join` that caused one is applied again. Changes of an outdated incarnation are dropped.
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
  /** Removes and returns leaves whose grace has ended, at most `limit`. Each is returned to one caller only. */
  takeDueLeaves(limit: number): Promise<readonly PresenceEvent[]>;

  routesOfUsers(userIds: readonly UserId[]): Promise<readonly Route[]>;
  routesOfDevices(deviceIds: readonly DeviceId[]): Promise<readonly Route[]>;
  sessionsOfUser(userId: UserId): Promise<readonly LocatedSession[]>;
  roomsOnline(roomIds: readonly RoomId[], nodeId?: NodeId): Promise<readonly RoomOnline[]>;
  totals(): Promise<OnlineTotals>;
}
