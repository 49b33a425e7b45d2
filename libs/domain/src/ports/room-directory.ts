import type { RoomId, ZoneId } from '../ids.ts';

/** Which zone a room belongs to. Rooms need no entry to live; all methods reject with `store-unavailable`. */
export interface RoomDirectory {
  setZone(roomId: RoomId, zoneId: ZoneId): Promise<void>;
  forgetZone(roomId: RoomId): Promise<void>;
  /** One answer each, in order; null where the room has no zone. */
  zonesOf(roomIds: readonly RoomId[]): Promise<readonly (ZoneId | null)[]>;
}
