import type { RoomId, ZoneId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { RoomZones } from '@longwire/protos/bus/v1';
import type { RoomTable } from './room-table.ts';
import type { ZoneIndex } from './zones.ts';

/** Applies the news that rooms have moved between zones. Throws when the bytes are no such news. */
export function applyZoneChanges(payload: Uint8Array, rooms: RoomTable, zones: ZoneIndex): void {
  for (const { roomId, zoneId } of RoomZones.decode(payload).rooms) {
    const room = rooms.find(trustedId<RoomId>(roomId));
    if (room !== undefined) zones.setZone(room, zoneId === '' ? null : trustedId<ZoneId>(zoneId));
  }
}
