export { createMemoryBus } from './memory-bus.ts';
export { createMemoryLeaseStore } from './memory-lease-store.ts';
export { createMemoryPresenceStore } from './presence/memory-presence-store.ts';
export { createMemoryEventLog } from './memory-event-log.ts';
export { createMemoryEventCursors } from './memory-event-cursors.ts';
export { createMemoryNodeDirectory } from './memory-node-directory.ts';
export { createMemoryRoomDirectory } from './memory-room-directory.ts';
export { createMemoryCredentialStore } from './memory-credential-store.ts';
export { createMemoryIdempotencyStore } from './memory-idempotency-store.ts';
export { openSqliteExpressLog } from './express/sqlite-express-log.ts';

export type { MemoryBus, MemoryBusOptions } from './memory-bus.ts';
export type { MemoryEventLogOptions } from './memory-event-log.ts';
export type { MemoryPresenceStoreOptions } from './presence/memory-presence-store.ts';
export type { SqliteExpressLog, SqliteExpressLogOptions } from './express/sqlite-express-log.ts';
