import { trustedId } from '@longwire/domain';
import type { ConnectionId, RoomId, Session } from '@longwire/domain';

type SessionHead = Omit<Session, 'rooms'>;

/** A session as its record in the node's hash: rooms by comma, a newline, the rest as JSON. Scripts read the first line. */
export function encodeSession(session: Session): string {
  return `${encodeRooms(session.rooms)}\n${encodeHead(session)}`;
}

export function encodeHead({ connectionId, userId, deviceId, platform, connectedAtMs }: SessionHead): string {
  return JSON.stringify({ connectionId, userId, deviceId, platform, connectedAtMs });
}

export function encodeRooms(rooms: readonly RoomId[]): string {
  return rooms.join(',');
}

export function decodeRooms(text: string): readonly RoomId[] {
  return text === '' ? [] : text.split(',').map((room) => trustedId<RoomId>(room));
}

export function decodeSession(record: string): Session {
  const end = record.indexOf('\n');
  const { connectionId, userId, deviceId, platform, connectedAtMs } = JSON.parse(record.slice(end + 1)) as SessionHead;
  return { connectionId, userId, deviceId, platform, rooms: decodeRooms(record.slice(0, end)), connectedAtMs };
}

/** Reads `HRANDFIELD ... WITHVALUES`: connection id and record in turn. */
export function decodeSessions(reply: readonly string[]): readonly Session[] {
  return reply.filter((_, index) => index % 2 === 1).map(decodeSession);
}

export const connectionIdOf = ({ connectionId }: Session): ConnectionId => connectionId;
