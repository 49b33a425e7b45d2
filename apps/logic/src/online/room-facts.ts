import type { NodeId, PresenceStore, RoomFacts, RoomId } from '@longwire/domain';
import type { CallGate } from '../route/call-gate.ts';
import type { ZoneCache } from './zone-cache.ts';

export interface RoomFactsReader {
  /** One answer per room asked, in order; unknown rooms have no zone and nobody online. Rejects with `store-unavailable`. */
  lookup(roomIds: readonly RoomId[], nodeId?: NodeId): Promise<readonly RoomFacts[]>;
}

export interface RoomFactsOptions {
  readonly store: Pick<PresenceStore, 'roomsOnline'>;
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
  };
}
