import { trustedId } from '@longwire/domain';
import type {
  Addressee,
  ClientEvent,
  ConnectionId,
  Message,
  NodeIncarnation,
  NodeReport,
  RoomId,
  Session,
  SessionChange,
  UserId,
} from '@longwire/domain';

export const roomId = (text: string): RoomId => trustedId(text);
export const userId = (text: string): UserId => trustedId(text);
export const connectionId = (text: string): ConnectionId => trustedId(text);

export const user = (text: string): Addressee => ({ kind: 'user', id: trustedId(text) });
export const device = (text: string): Addressee => ({ kind: 'device', id: trustedId(text) });

export const node = (nodeId: string, incarnation = 1): NodeIncarnation => ({ nodeId: trustedId(nodeId), incarnation });

/** A session of connection `c1` of user `u1`, whose device has the id `<connection>-device` unless named. */
export function session(
  connection: string,
  options: { user?: string | null; device?: string; rooms?: readonly string[] } = {},
): Session {
  const { user: name = 'u1', device: deviceName = `${connection}-device`, rooms = [] } = options;
  return {
    connectionId: connectionId(connection),
    userId: name === null ? null : userId(name),
    deviceId: trustedId(deviceName),
    platform: 'web',
    rooms: rooms.map(roomId),
    connectedAtMs: 1_700_000_000_000,
  };
}

export const open = (of: Session): SessionChange => ({ type: 'open', session: of });
export const close = (of: Session): SessionChange => ({ type: 'close', session: of });

/** The session with the room added, and the change that says so. */
export function join(of: Session, room: string): SessionChange {
  return { type: 'join', session: { ...of, rooms: [...of.rooms, roomId(room)] }, roomId: roomId(room) };
}

/** The session with the room taken away, and the change that says so. */
export function leave(of: Session, room: string): SessionChange {
  const rooms = of.rooms.filter((other) => other !== room);
  return { type: 'leave', session: { ...of, rooms }, roomId: roomId(room) };
}

export function message(
  messageId: string,
  options: { users?: readonly string[]; devices?: readonly string[]; ttlMs?: number; acceptedAtMs?: number } = {},
): Message {
  const { users = ['u1'], devices, ttlMs = 60_000, acceptedAtMs = 1_700_000_000_000 } = options;
  return {
    messageId: trustedId(messageId),
    target:
      devices === undefined
        ? { kind: 'user', userIds: users.map(userId) }
        : { kind: 'device', deviceIds: devices.map((id) => trustedId(id)) },
    payload: new TextEncoder().encode(`{"cmd":"PK_INVITE","text":"主播 ${messageId}"}`),
    lane: 'express',
    isAckWanted: true,
    ttlMs,
    acceptedAtMs,
  };
}

export function uplink(eventId: string): ClientEvent {
  return {
    type: 'uplink',
    eventId,
    userId: userId('u1'),
    deviceId: trustedId('d1'),
    connectionId: connectionId('c1'),
    rooms: [roomId('r1')],
    data: { text: `弹幕 ${eventId}` },
    at: 1_700_000_000_000,
  };
}

export function nodeReport(
  nodeId: string,
  options: { incarnation?: number; connections?: number; region?: string; isLeaving?: boolean } = {},
): NodeReport {
  const { incarnation = 1, connections = 0, region = 'local', isLeaving = false } = options;
  return {
    description: {
      nodeId: trustedId(nodeId),
      incarnation,
      region,
      site: 'a',
      wsUrl: `ws://${nodeId}.test/sub`,
      tcpAddress: `${nodeId}.test:1`,
      version: '0.0.0',
    },
    load: { connections, capacity: 1000, loopDelayMs: 0.5, cpuRatio: 0.25 },
    isLeaving,
  };
}
