import type { NodeId, PresenceStore, RoomFacts, RoomId } from '@longwire/domain';
import type { CallGate } from '../route/call-gate.ts';
import type { ZoneCache } from './zone-cache.ts';

export interface RoomFactsReader {
  /** One answer per room asked, in order; unknown rooms have no zone and nobody online. Rejects with `store-unavailable`. */
  lookup(roomIds: readonly RoomId[], nodeId?: NodeId): Promise<readonly RoomFacts[]>;
  /** The rooms with the most connections, most first; at most {@link MAX_TOP_ROOMS}. Rejects with `store-unavailable`. */
  top(limit: number): Promise<readonly RoomFacts[]>;
}

/** One answer reads this many rooms from each bucket of the store. */
const MAX_TOP_ROOMS = 200;

export interface RoomFactsOptions {
  readonly store: Pick<PresenceStore, 'roomsOnline' | 'topRooms'>;
  readonly zones: Pick<ZoneCache, 'zonesOf'>;
  readonly gate: CallGate;
}

/** Joins what presence and the room directory know of rooms. */
export function createRoomFactsReader({ store, zones, gate }: RoomFactsOptions): RoomFactsReader {
  return {
    async lookup(roomIds, nodeId) {
      if (roomIds.length === 0) return [];
      const [online, zoneIds] = await Promise.all([
        gate.run(() => store.roomsOnline(roomIds, nodeId)),
        gate.run(() => zones.zonesOf(roomIds)),
      ]);
      const onlineOf = new Map(online.map((room) => [room.roomId, room]));
      return roomIds.map((roomId, index) => ({
        roomId,
        zoneId: zoneIds[index] ?? null,
        online: onlineOf.get(roomId)?.online ?? 0,
        onlineAtNode: onlineOf.get(roomId)?.onlineAtNode ?? 0,
      }));
    },
    async top(limit) {
      const largest = await gate.run(() => store.topRooms(Math.min(limit, MAX_TOP_ROOMS)));
      if (largest.length === 0) return [];
      const zoneIds = await gate.run(() => zones.zonesOf(largest.map((room) => room.roomId)));
      return largest.map((room, index) => ({ ...room, zoneId: zoneIds[index] ?? null }));
    },
  };
}
