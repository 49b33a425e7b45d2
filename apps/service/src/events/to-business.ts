import type { ClientEvent } from '@longwire/domain';

/** The event as the contract shows it: the type first, and no field that the business does not know. */
export function toBusiness(event: ClientEvent): Record<string, unknown> {
  const { type, eventId, userId, deviceId, connectionId, at } = event;
  return event.type === 'uplink'
    ? { type, eventId, userId, deviceId, connectionId, rooms: event.rooms, data: event.data, at }
    : { type, eventId, roomId: event.roomId, userId, deviceId, connectionId, at };
}
