import type { Clock, RoomDirectory, RoomId, ZoneId } from '@longwire/domain';

/** An answer older than this is read again: repairs an invalidation that was missed. */
export const ZONE_MAX_AGE_MS = 30_000;
/** Most rooms remembered; beyond it those asked for longest ago are forgotten. */
export const MAX_CACHED_ROOMS = 100_000;

interface Entry {
  readonly zoneId: ZoneId | null;
  readonly readAtMs: number;
}

/**
 * The zones of rooms, remembered for a while: access nodes ask about their rooms once a second, and zones seldom change.
 * A room whose zone changed is told to {@link ZoneCache.invalidate}, and is then read anew.
 */
export interface ZoneCache {
  /** One answer each, in order. Rejects with `store-unavailable` when one that is not remembered cannot be read. */
  zonesOf(roomIds: readonly RoomId[]): Promise<readonly (ZoneId | null)[]>;
  invalidate(roomIds: readonly RoomId[]): void;
  /** Forgets all: changes may have been missed. */
  clear(): void;
  size(): number;
}

export interface ZoneCacheOptions {
  readonly rooms: Pick<RoomDirectory, 'zonesOf'>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

export function createZoneCache({ rooms, clock }: ZoneCacheOptions): ZoneCache {
  const cache = new Map<RoomId, Entry>();
  /** For each read under way: the rooms whose answer may be older than an invalidation. */
  const reads = new Set<{ readonly changed: Set<RoomId>; isAllChanged: boolean }>();

  const readInto = async (answers: Map<RoomId, ZoneId | null>, missing: readonly RoomId[]): Promise<void> => {
    const read = { changed: new Set<RoomId>(), isAllChanged: false };
    const readAtMs = clock.monotonic();
    reads.add(read);
    try {
      const zones = await rooms.zonesOf(missing);
      missing.forEach((roomId, index) => {
        const zoneId = zones[index] ?? null;
        answers.set(roomId, zoneId);
        // Taken out first, so that the map's order stays the order of reading.
        cache.delete(roomId);
        if (!read.isAllChanged && !read.changed.has(roomId)) cache.set(roomId, { zoneId, readAtMs });
      });
    } finally {
      reads.delete(read);
    }
    trim(cache);
  };

  return {
    size: () => cache.size,
    async zonesOf(roomIds) {
      const answers = new Map<RoomId, ZoneId | null>();
      const missing = new Set<RoomId>();
      const freshFromMs = clock.monotonic() - ZONE_MAX_AGE_MS;
      for (const roomId of roomIds) {
        const entry = cache.get(roomId);
        if (entry !== undefined && entry.readAtMs > freshFromMs) answers.set(roomId, entry.zoneId);
        else missing.add(roomId);
      }
      if (missing.size > 0) await readInto(answers, [...missing]);
      return roomIds.map((roomId) => answers.get(roomId) ?? null);
    },
    invalidate(roomIds) {
      for (const roomId of roomIds) {
        cache.delete(roomId);
        for (const read of reads) read.changed.add(roomId);
      }
    },
    clear() {
      cache.clear();
      for (const read of reads) read.isAllChanged = true;
    },
  };
}

/** A map gives its keys in the order they were put in: the first are the ones read longest ago. */
function trim(cache: Map<RoomId, Entry>): void {
  for (const roomId of cache.keys()) {
    if (cache.size <= MAX_CACHED_ROOMS) return;
    cache.delete(roomId);
  }
}
