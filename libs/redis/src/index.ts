export { openRedis } from './redis-connection.ts';
export { createRedisLeaseStore } from './redis-lease-store.ts';
export { createRedisPresenceStore } from './presence/redis-presence-store.ts';
export { createRedisEventLog } from './redis-event-log.ts';
export { createRedisEventCursors } from './redis-event-cursors.ts';
export { createRedisNodeDirectory } from './redis-node-directory.ts';
export { createRedisRoomDirectory } from './redis-room-directory.ts';
export { createRedisCredentialStore } from './redis-credential-store.ts';
export { createRedisIdempotencyStore } from './redis-idempotency-store.ts';

export type { OpenRedisOptions, RedisConnection } from './redis-connection.ts';
export type { RedisPresenceStoreOptions } from './presence/redis-presence-store.ts';
export type { RedisEventLogOptions } from './redis-event-log.ts';
