import {
  type ConnectionId,
  type DeviceId,
  GUEST_USER_ID,
  type LocatedSession,
  type NodeId,
  type RoomFacts,
  type RoomId,
  type Route,
  type Session,
  trustedId,
  type UserId,
  type ZoneId,
} from '@longwire/domain';
import type {
  LocatedSession as LocatedSessionMessage,
  RoomFacts as RoomFactsMessage,
  Route as RouteMessage,
  Session as SessionMessage,
} from '@longwire/protos/logic/v1';

/** Domain values to messages of `longwire.logic.v1` and back. An absent user (a guest) or zone is the empty string. */

export function toSessionMessage(session: Session): SessionMessage {
  return { ...session, userId: session.userId ?? '', rooms: [...session.rooms] };
}

export function toSession(message: SessionMessage): Session {
  return {
    connectionId: trustedId<ConnectionId>(message.connectionId),
    userId: toUserId(message.userId),
    deviceId: trustedId<DeviceId>(message.deviceId),
    platform: message.platform,
    rooms: message.rooms.map((room) => trustedId<RoomId>(room)),
    connectedAtMs: message.connectedAtMs,
  };
}

export function toUserId(text: string): UserId | null {
  return text === '' || text === GUEST_USER_ID ? null : trustedId<UserId>(text);
}

export function toRoomFactsMessage(facts: RoomFacts): RoomFactsMessage {
  return { ...facts, zoneId: facts.zoneId ?? '' };
}

export function toRoomFacts(message: RoomFactsMessage): RoomFacts {
  return {
    roomId: trustedId<RoomId>(message.roomId),
    zoneId: message.zoneId === '' ? null : trustedId<ZoneId>(message.zoneId),
    online: message.online,
    onlineAtNode: message.onlineAtNode,
  };
}

export function toRouteMessage(route: Route): RouteMessage {
  return { ...route, userId: route.userId ?? '' };
}

export function toRoute(message: RouteMessage): Route {
  return {
    connectionId: trustedId<ConnectionId>(message.connectionId),
    userId: toUserId(message.userId),
    deviceId: trustedId<DeviceId>(message.deviceId),
    nodeId: trustedId<NodeId>(message.nodeId),
  };
}

export function toLocatedSessionMessage({ nodeId, ...session }: LocatedSession): LocatedSessionMessage {
  return { session: toSessionMessage(session), nodeId };
}

export function toLocatedSession({ session, nodeId }: LocatedSessionMessage): readonly LocatedSession[] {
  return session === undefined ? [] : [{ ...toSession(session), nodeId: trustedId<NodeId>(nodeId) }];
}
