import { after, test } from 'node:test';
import {
  describeCredentialStoreContract,
  describeEventCursorsContract,
  describeEventLogContract,
  describeIdempotencyStoreContract,
  describeLeaseStoreContract,
  describeNodeDirectoryContract,
  describePresenceStoreContract,
  describeRoomDirectoryContract,
} from '@longwire/testkit';
import { locateServer, skipWithout } from '@longwire/testkit/servers';
import {
  createRedisCredentialStore,
  createRedisEventCursors,
  createRedisEventLog,
  createRedisIdempotencyStore,
  createRedisLeaseStore,
  createRedisNodeDirectory,
  createRedisPresenceStore,
  createRedisRoomDirectory,
} from '../src/index.ts';
import { openRedisClusterUnderTest, openRedisUnderTest } from './redis-under-test.ts';
import type { RedisUnderTest } from './redis-under-test.ts';

const skip = await skipWithout('redis-server');
if (skip === false) {
  describeContracts('Redis', await openRedisUnderTest());
  const { kind } = await locateServer('redis-server');
  if (kind !== 'url') describeContracts('Redis in cluster mode', await openRedisClusterUnderTest());
} else {
  test('every store contract on a real redis-server', { skip });
}

function describeContracts(name: string, redis: RedisUnderTest): void {
  after(() => redis.stop());
  describeLeaseStoreContract({ name, open: () => redis.subject(createRedisLeaseStore) });
  describeRoomDirectoryContract({ name, open: () => redis.subject(createRedisRoomDirectory) });
  describeCredentialStoreContract({ name, open: () => redis.subject(createRedisCredentialStore) });
  describeIdempotencyStoreContract({ name, open: () => redis.subject(createRedisIdempotencyStore) });
  describeNodeDirectoryContract({ name, open: () => redis.subject(createRedisNodeDirectory) });
  describeEventCursorsContract({ name, open: () => redis.subject(createRedisEventCursors) });
  describeEventLogContract({
    name,
    open: ({ maxEvents }) => redis.subject((connection) => createRedisEventLog(connection, { maxEvents })),
  });
  describePresenceStoreContract({
    name,
    open: (needs) => redis.subject((connection) => createRedisPresenceStore(connection, needs)),
  });
}
