import type { ClientEvent } from '../client-event.ts';
import type { DeviceId, NodeId, RoomId, UserId, ZoneId } from '../ids.ts';
import type { SessionDigest } from '../session-digest.ts';
import type { NodeIncarnation, Route, SessionChange } from '../session.ts';
import type { LocatedSession, OnlineTotals } from './presence-store.ts';

export interface RoomFacts {
  readonly roomId: RoomId;
  readonly zoneId: ZoneId | null;
  readonly online: number;
  readonly onlineAtNode: number;
}

/** One batch of a node's session report, applied whole and in order. */
export type SessionReport =
  | { readonly type: 'changes'; readonly changes: readonly SessionChange[]; readonly uplinks: readonly UplinkEvent[] }
  /** Part of a snapshot: sessions as `open` changes. `isLast` ends it; what no part named is then closed. */
  | { readonly type: 'snapshot'; readonly changes: readonly SessionChange[]; readonly isLast: boolean }
  /** What the node holds once the reports before are applied; `resync` when logic holds something else. */
  | { readonly type: 'digest'; readonly digest: SessionDigest };

export type UplinkEvent = Extract<ClientEvent, { type: 'uplink' }>;

/** `applied`: stored. `resync`: not applied, the node must send a snapshot first. `unavailable`: not applied, try later. */
export type ReportOutcome = 'applied' | 'resync' | 'unavailable';

/** One node's line to logic. Reports are applied in the order they were sent. Its life renews the node's presence lease. */
export interface SessionLink {
  /** Never rejects. Resolves when the report is applied or refused; at most 64 may wait, then `unavailable` at once. */
  report(report: SessionReport): Promise<ReportOutcome>;
  /** Ends the line; the node's sessions stay until its lease lapses. */
  close(): void;
}

export interface SessionLinkEvents {
  /** The line is up (again): send a snapshot now. */
  readonly onResync: () => void;
}

/** What the logic tier offers to the others. Calls reject with `peer-unavailable` or `store-unavailable`. */
export interface LogicApi {
  /** Opens a line that reconnects by itself until closed; `onResync` is called at first and after each loss. */
  openSessionLink(node: NodeIncarnation, events: SessionLinkEvents): SessionLink;
  lookupRooms(roomIds: readonly RoomId[], nodeId?: NodeId): Promise<readonly RoomFacts[]>;
  routesOfUsers(userIds: readonly UserId[]): Promise<readonly Route[]>;
  routesOfDevices(deviceIds: readonly DeviceId[]): Promise<readonly Route[]>;
  sessionsOfUser(userId: UserId): Promise<readonly LocatedSession[]>;
  /** The rooms with the most connections, most first, at most 200. */
  topRooms(limit: number): Promise<readonly RoomFacts[]>;
  totals(): Promise<OnlineTotals>;
  /** True when calls have a fair chance now: the peer answers and is itself ready. */
  isAvailable(): boolean;
}
