import { differingRooms, digestRooms } from '@longwire/domain';
import type {
  Clock,
  DeviceId,
  NodeIncarnation,
  PresenceEvent,
  PresenceStore,
  RoomId,
  Route,
  Session,
  SessionChange,
  UserId,
} from '@longwire/domain';
import { NodeRuns } from './node-runs.ts';
import { RoomPresence } from './room-presence.ts';
import { RouteIndex } from './route-index.ts';
import type { RunRoute } from './route-index.ts';

export interface MemoryPresenceStoreOptions {
  readonly clock: Clock;
  /** How long a principal may be gone from a room before that is a leave; default 10 s. */
  readonly leaveGraceMs?: number;
  /** How long an event that was handed out and not confirmed is held back; default 5 s. */
  readonly eventHoldMs?: number;
  /** Events that waited so long without anybody asking for them are held back for `settleMs` more; default 2 s. */
  readonly breakMs?: number;
  /** Default 3 s. */
  readonly settleMs?: number;
}

/** A PresenceStore for one process: gone when it ends, which the nodes in it do too. Every change is whole at once. */
export function createMemoryPresenceStore(options: MemoryPresenceStoreOptions): PresenceStore {
  const { clock, leaveGraceMs = 10_000, eventHoldMs = 5000, breakMs = 2000, settleMs = 3000 } = options;
  const nodes = new NodeRuns(clock);
  const rooms = new RoomPresence(clock, { leaveGraceMs, eventHoldMs, breakMs, settleMs });
  const users = new RouteIndex<UserId>();
  const devices = new RouteIndex<DeviceId>();

  const putRoutes = ({ nodeId, incarnation }: NodeIncarnation, session: Session): void => {
    const { connectionId, userId, deviceId } = session;
    const route: RunRoute = { connectionId, userId, deviceId, nodeId, incarnation };
    if (userId !== null) users.set(userId, route);
    devices.set(deviceId, route);
  };

  const forget = (session: Session): void => {
    for (const roomId of session.rooms) rooms.remove(roomId, session);
    if (session.userId !== null) users.delete(session.userId, session.connectionId);
    devices.delete(session.deviceId, session.connectionId);
  };

  const applyOne = (node: NodeIncarnation, change: SessionChange): readonly PresenceEvent[] => {
    const sessions = nodes.writable(node);
    if (sessions === undefined) return [];
    const { connectionId } = change.session;
    const before = sessions.get(connectionId);
    if (change.type === 'close') {
      forget({ ...change.session, rooms: before?.rooms ?? [] });
      sessions.delete(connectionId);
      return [];
    }
    const after: Session = { ...change.session, rooms: roomsAfter(change) };
    sessions.set(connectionId, after);
    putRoutes(node, after);
    for (const roomId of before?.rooms ?? []) if (!after.rooms.includes(roomId)) rooms.remove(roomId, after);
    const entered = change.type === 'open' ? after.rooms : newRooms(before, after, change);
    return entered.map((roomId) => rooms.add(roomId, after, node.nodeId)).filter((event) => event !== undefined);
  };

  return {
    renewNode: (node, ttlMs) => Promise.resolve(nodes.renew(node, ttlMs)),
    apply: (node, changes) => Promise.resolve(changes.flatMap((change) => applyOne(node, change))),
    completeSnapshot(node, connectionIds) {
      const sessions = nodes.writable(node);
      for (const session of sessions?.values() ?? []) {
        if (!connectionIds.has(session.connectionId)) applyOne(node, { type: 'close', session });
      }
      if (sessions?.size === connectionIds.size) nodes.markKnown(node);
      return Promise.resolve();
    },
    lapsedNodes: () => Promise.resolve(nodes.lapsed()),
    sweepNode(node, limit) {
      const taken = nodes.takeLapsed(node, limit);
      for (const session of taken) forget(session);
      return Promise.resolve(taken.length);
    },
    takeEvents: (limit) => Promise.resolve(rooms.takeEvents(limit)),
    confirmEvents: (events) => Promise.resolve(rooms.confirmEvents(events)),
    reconcile(node, digest) {
      const sessions = nodes.writable(node);
      if (sessions === undefined) return Promise.resolve('same');
      // The room index changes with the record in one step here: what is wrong with one is wrong with both.
      const differing = differingRooms(digest, digestRooms(sessions.values()));
      return Promise.resolve(differing.length === 0 ? 'same' : 'differs');
    },
    routesOfUsers: (userIds) => Promise.resolve(userIds.flatMap((id) => users.of(id).map(withoutRun))),
    routesOfDevices: (deviceIds) => Promise.resolve(deviceIds.flatMap((id) => devices.of(id).map(withoutRun))),
    sessionsOfUser: (userId) =>
      Promise.resolve(
        users.of(userId).flatMap((route) => {
          const session = nodes.sessions(route)?.get(route.connectionId);
          return session === undefined ? [] : [{ ...session, nodeId: route.nodeId }];
        }),
      ),
    roomsOnline: (roomIds, nodeId) =>
      Promise.resolve(
        roomIds.map((roomId) => ({
          roomId,
          online: rooms.online(roomId),
          onlineAtNode: nodeId === undefined ? 0 : rooms.onlineAt(roomId, nodeId),
        })),
      ),
    topRooms: (limit) =>
      Promise.resolve(
        rooms.largest(limit).map((roomId) => ({ roomId, online: rooms.online(roomId), onlineAtNode: 0 })),
      ),
    totals: () => Promise.resolve({ connections: nodes.connections(), users: users.size, rooms: rooms.openRooms }),
  };
}

/** The whole list of rooms once the change is done. */
function roomsAfter(change: Exclude<SessionChange, { type: 'close' }>): readonly RoomId[] {
  const rooms = new Set(change.session.rooms);
  if (change.type === 'join') rooms.add(change.roomId);
  if (change.type === 'leave') rooms.delete(change.roomId);
  return [...rooms];
}

/** Rooms to put the connection into: those it was not in, and the joined one again, should its enter have been lost. */
function newRooms(before: Session | undefined, after: Session, change: SessionChange): readonly RoomId[] {
  const joined = change.type === 'join' ? change.roomId : undefined;
  return after.rooms.filter((roomId) => roomId === joined || before?.rooms.includes(roomId) !== true);
}

function withoutRun({ connectionId, userId, deviceId, nodeId }: RunRoute): Route {
  return { connectionId, userId, deviceId, nodeId };
}
