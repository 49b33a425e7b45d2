export { MissingServerError, locateServer, skipWithout } from './servers/locate-server.ts';
export type { ServerLocation, ServerName } from './servers/locate-server.ts';
export { startNats } from './servers/start-nats.ts';
export type { NatsOptions } from './servers/start-nats.ts';
export { startRedis } from './servers/start-redis.ts';
export type { RedisOptions } from './servers/start-redis.ts';
export type { RunningServer } from './servers/server-process.ts';
export { findFreePort } from './servers/server-process.ts';
export { chromiumSkipReason, findChromium } from './servers/find-chromium.ts';
