import { GUEST_USER_ID, principalOf, trustedId } from '@longwire/domain';
import type { PresenceEvent, RoomId, Session } from '@longwire/domain';

/** The enter that began a stay; `stay` is the server's time in us when it did. */
export function enterEvent(roomId: RoomId, session: Session, stay: string): PresenceEvent {
  const { userId, deviceId, connectionId } = session;
  const eventId = `enter/${roomId}/${principalOf(session)}/${stay}`;
  const at = Math.floor(Number(stay) / 1000);
  return { type: 'room.enter', eventId, roomId, userId: userId ?? GUEST_USER_ID, deviceId, connectionId, at };
}

/** Reads what change-room.lua put down for a pending leave: `room|principal`, `stay|cause|connection|device|at`. */
export function leaveEvent(member: string, facts: string): PresenceEvent {
  const [room = '', principal = ''] = member.split('|');
  const [stay = '', , connection = '', device = '', at = ''] = facts.split('|');
  return {
    type: 'room.leave',
    eventId: `leave/${room}/${principal}/${stay}`,
    roomId: trustedId(room),
    userId: principal.startsWith('u:') ? trustedId(principal.slice(2)) : GUEST_USER_ID,
    deviceId: trustedId(device),
    connectionId: trustedId(connection),
    at: Number(at),
  };
}
