import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import type { ContractSubject } from '@longwire/testkit';
import { findFreePort, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { openRedis } from '../src/index.ts';
import type { RedisConnection } from '../src/index.ts';

/** A real redis-server with two connections, as two processes would have them. */
export interface RedisUnderTest {
  readonly server: RunningServer;
  readonly connection: RedisConnection;
  readonly peer: RedisConnection;
  readonly elapse: (ms: number) => Promise<void>;
  /** A subject for a contract suite, on an emptied server. */
  subject<Port>(create: (connection: RedisConnection) => Port): Promise<ContractSubject<Port>>;
  stop(): Promise<void>;
}

export async function openRedisUnderTest(args: readonly string[] = []): Promise<RedisUnderTest> {
  const server = await startRedis({ args });
  const open = (): Promise<RedisConnection> => openRedis({ url: server.url, logger: createSilentLogger() });
  const [connection, peer] = await Promise.all([open(), open()]);
  if (server.isExternal && (await connection.commands.call('DBSIZE')) !== 0) {
    throw new Error(`the tests empty the database they run on, and ${server.url} holds data: give them an empty one`);
  }
  const elapse = (ms: number): Promise<void> => elapseOn(connection, ms);
  return {
    server,
    connection,
    peer,
    elapse,
    async subject(create) {
      await connection.commands.call('FLUSHDB');
      return { port: create(connection), peer: create(peer), elapse, close: () => Promise.resolve() };
    },
    async stop() {
      await Promise.all([connection.close(), peer.close()]);
      await server.stop();
    },
  };
}

/**
 * The same on a server in cluster mode, alone with all slots: it refuses any command or script whose keys are not in one
 * slot, as a real cluster does.
 */
export async function openRedisClusterUnderTest(): Promise<RedisUnderTest> {
  const busPort = await findFreePort();
  const redis = await openRedisUnderTest(['--cluster-enabled', 'yes', '--cluster-port', String(busPort)]);
  const { commands } = redis.connection;
  await commands.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16383);
  await eventually(async () => String(await commands.call('CLUSTER', 'INFO')).includes('cluster_state:ok'));
  return redis;
}

/** Waits until the server's own clock has gone on by `ms`, and 2 ms for Redis, which expires keys in whole ms, strictly after. */
async function elapseOn(connection: RedisConnection, ms: number): Promise<void> {
  const untilMs = (await serverNow(connection)) + ms + 2;
  await eventually(async () => (await serverNow(connection)) > untilMs);
}

async function serverNow({ commands }: RedisConnection): Promise<number> {
  const [seconds, micros] = (await commands.call('TIME')) as [string, string];
  return Number(seconds) * 1000 + Number(micros) / 1000;
}
