import type { RoomDirectory, ZoneId } from '@longwire/domain';
import { zonesKey } from './keys.ts';
import type { RedisConnection } from './redis-connection.ts';

/** A RoomDirectory in Redis. */
export function createRedisRoomDirectory({ commands }: RedisConnection): RoomDirectory {
  return {
    async setZone(roomId, zoneId) {
      await commands.call('HSET', zonesKey(roomId), roomId, zoneId);
    },
    async forgetZone(roomId) {
      await commands.call('HDEL', zonesKey(roomId), roomId);
    },
    async zonesOf(roomIds) {
      const zones = await Promise.all(roomIds.map((roomId) => commands.call('HGET', zonesKey(roomId), roomId)));
      return zones as (ZoneId | null)[];
    },
  };
}
