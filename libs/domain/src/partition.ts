import type { RoomId } from './ids.ts';

/** Rooms are dealt to this many partitions; the number is part of the wiring between service, dispatch and access. */
export const PARTITION_COUNT = 64;

/** The partition of a room: FNV-1a (32 bit, http://www.isthe.com/chongo/tech/comp/fnv/) of its id, modulo the count. */
export function partitionOf(roomId: RoomId): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < roomId.length; index += 1) {
    hash = Math.imul(hash ^ roomId.charCodeAt(index), 0x01000193);
  }
  // The low bits of FNV-1a of short ids are weak; folding the high half in evens the partitions out.
  return ((hash ^ (hash >>> 16)) >>> 0) % PARTITION_COUNT;
}
