/** Buckets that users, devices and rooms are dealt to: many enough to spread over a cluster, few enough to visit all. */
export const PRESENCE_BUCKETS = 64;

/** The bucket of an id: FNV-1a (32 bit) with the high half folded in. Part of the data's layout: never change it. */
export function bucketOf(id: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return ((hash ^ (hash >>> 16)) >>> 0) % count;
}

/** Every bucket once, starting at another one each time, so that a limit does not starve the last ones. */
export function createBucketRound(count: number): () => readonly number[] {
  let start = 0;
  return () => {
    start = (start + 1) % count;
    return Array.from({ length: count }, (_, index) => (start + index) % count);
  };
}
