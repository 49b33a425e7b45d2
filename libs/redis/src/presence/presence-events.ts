import { GUEST_USER_ID, principalOf, trustedId } from '@longwire/domain';
import type { PresenceEvent, RoomId, Session } from '@longwire/domain';

/** The enter that began a stay; `stay` is the server's time in us when it did. */
export function enterEvent(roomId: RoomId, session: Session, stay: string): PresenceEvent {
  const { userId, deviceId, connectionId } = session;
  const eventId = `enter/${roomId}/${principalOf(session)}/${stay}`;
  const at = Math.floor(Number(stay) / 1000);
  return { type: 'room.enter', eventId, roomId, userId: userId ?? GUEST_USER_ID, deviceId, connectionId, at };
}

/** Reads what take-events.lua hands out: an event's id, `enter/room/principal/stay`, and `connection|device|at`. */
export function decodeEvent(eventId: string, facts: string): PresenceEvent {
  const [kind, room = '', principal = ''] = eventId.split('/');
  const [connection = '', device = '', at = ''] = facts.split('|');
  return {
    type: kind === 'enter' ? 'room.enter' : 'room.leave',
    eventId,
    roomId: trustedId(room),
    userId: principal.startsWith('u:') ? trustedId(principal.slice(2)) : GUEST_USER_ID,
    deviceId: trustedId(device),
    connectionId: trustedId(connection),
    at: Number(at),
  };
}
