import type { RoomDirectory, RoomId, ZoneId } from '@longwire/domain';

/** A RoomDirectory for one process: forgotten when it ends. Grows with the rooms that were given a zone. */
export function createMemoryRoomDirectory(): RoomDirectory {
  const zones = new Map<RoomId, ZoneId>();
  return {
    setZone(roomId, zoneId) {
      zones.set(roomId, zoneId);
      return Promise.resolve();
    },
    forgetZone(roomId) {
      zones.delete(roomId);
      return Promise.resolve();
    },
    zonesOf: (roomIds) => Promise.resolve(roomIds.map((roomId) => zones.get(roomId) ?? null)),
  };
}
