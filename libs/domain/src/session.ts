import type { ConnectionId, DeviceId, NodeId, RoomId, UserId } from './ids.ts';

/** Logic's record of one connection. */
export interface Session {
  readonly connectionId: ConnectionId;
  /** null is a guest. */
  readonly userId: UserId | null;
  readonly deviceId: DeviceId;
  readonly platform: string;
  readonly rooms: readonly RoomId[];
  readonly connectedAtMs: number;
}

/**
 * One change of one session. Each carries all it needs, so applying it twice, or after a lost one, leaves the same
 * state: it holds the whole session as it is after the change, all its rooms included.
 */
export type SessionChange =
  | { readonly type: 'open'; readonly session: Session }
  | { readonly type: 'join'; readonly session: Session; readonly roomId: RoomId }
  | { readonly type: 'leave'; readonly session: Session; readonly roomId: RoomId }
  | { readonly type: 'close'; readonly session: Session };

/** One run of an access process; a restart takes a new incarnation, so that old sessions can be told from new ones. */
export interface NodeIncarnation {
  readonly nodeId: NodeId;
  /** Start time in ms since 1970: rising over restarts of the same node. */
  readonly incarnation: number;
}

/** Where one connection of a user or device is. */
export interface Route {
  readonly connectionId: ConnectionId;
  readonly userId: UserId | null;
  readonly deviceId: DeviceId;
  readonly nodeId: NodeId;
}

/** Who stands for a session in a room's enter and leave events: the user, or the device of a guest. */
export function principalOf(session: Pick<Session, 'userId' | 'deviceId'>): string {
  return session.userId === null ? `d:${session.deviceId}` : `u:${session.userId}`;
}
