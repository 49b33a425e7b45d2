import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { findFreePort, locateServer, skipWithout, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { createRedisLeaseStore, createRedisPresenceStore, openRedis } from '../src/index.ts';
import type { RedisConnection } from '../src/index.ts';

const skip = (await skipWithout('redis-server')) || (await skipWhenExternal());
const logger = createSilentLogger();
const node = { nodeId: trustedId<never>('access-1'), incarnation: 1 };

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'store-unavailable';

/** Rejects with `store-unavailable` within a second. A timer of this process is the measure: on a busy machine both are late. */
async function assertFailsFast(call: () => Promise<unknown>): Promise<void> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve('nothing within 1 s'), 1000);
  const answer = call().then(
    () => 'an answer',
    (error: unknown) => error,
  );
  const outcome = await Promise.race([answer, late.promise]);
  clearTimeout(timer);
  assert.ok(isUnavailable(outcome), String(outcome));
}

async function withRedis(
  run: (server: RunningServer, connection: RedisConnection, changes: boolean[]) => Promise<void>,
): Promise<void> {
  const server = await startRedis();
  const changes: boolean[] = [];
  const onStateChange = (isConnected: boolean): void => void changes.push(isConnected);
  const connection = await openRedis({ url: server.url, logger, onStateChange });
  try {
    await run(server, connection, changes);
  } finally {
    await connection.close();
    await server.stop();
  }
}

describe('Redis gone and back', { skip }, () => {
  test('a killed server fails calls at once, and they work again after it came back empty', async () => {
    await withRedis(async (server, connection, changes) => {
      const leases = createRedisLeaseStore(connection);
      const presence = createRedisPresenceStore(connection);
      const before = await leases.claim('p1', 'a', 60_000);
      await presence.renewNode(node, 60_000);
      await presence.completeSnapshot(node, new Set());
      await server.kill();
      await eventually(() => !connection.isConnected());
      await assertFailsFast(() => leases.claim('p1', 'a', 60_000));
      await assertFailsFast(() => presence.totals());

      const again = await startRedis({ port: server.port });
      try {
        await eventually(() => connection.isConnected());
        const after = await leases.claim('p1', 'b', 60_000);
        assert.ok(before !== undefined && after !== undefined && after.epoch > before.epoch);
        assert.equal(await presence.renewNode(node, 60_000), 'unknown');
        assert.deepEqual(changes, [true, false, true]);
      } finally {
        await again.stop();
      }
    });
  });

  test('a server that hangs fails what is under way within a second, and all that comes while it hangs', async () => {
    await withRedis(async (server, connection) => {
      const leases = createRedisLeaseStore(connection);
      await leases.claim('p1', 'a', 60_000);
      server.pause();
      try {
        const calls = Array.from({ length: 50 }, (_, index) =>
          assertFailsFast(() => leases.claim(`q${index}`, 'a', 1)),
        );
        await Promise.all(calls);
        await eventually(() => !connection.isConnected());
        for (let round = 0; round < 3; round += 1) await assertFailsFast(() => leases.claim('p1', 'a', 60_000));
      } finally {
        server.resume();
      }
      await eventually(() => connection.isConnected());
      assert.equal((await leases.claim('p1', 'a', 60_000))?.holder, 'a');
    });
  });

  test('a server that hangs is noticed although nobody asks it anything', async () => {
    await withRedis(async (server, connection) => {
      server.pause();
      try {
        await eventually(() => !connection.isConnected());
      } finally {
        server.resume();
      }
      await eventually(() => connection.isConnected());
    });
  });

  test('calls work on when the server has forgotten its scripts', async () => {
    await withRedis(async (_, connection) => {
      const leases = createRedisLeaseStore(connection);
      await leases.claim('p1', 'a', 60_000);
      await connection.commands.call('SCRIPT', 'FLUSH');
      const ids = Array.from({ length: 100 }, (_unused, index) => `p${index}`);
      const claimed = await leases.claimMany(ids, 'a', 60_000);
      assert.ok(claimed.every((lease) => lease !== undefined));
    });
  });

  test('a closed connection fails calls', async () => {
    await withRedis(async (_, connection) => {
      await connection.close();
      await assertFailsFast(() => createRedisLeaseStore(connection).claim('p1', 'a', 60_000));
    });
  });
});

describe('opening', () => {
  test('names the address, without the password, when nobody is there', async () => {
    const port = await findFreePort();
    await assert.rejects(
      openRedis({ url: `redis://longwire:hush@127.0.0.1:${port}/0`, logger }),
      (error: Error) =>
        isUnavailable(error) &&
        error.message.startsWith(`cannot use Redis at redis://127.0.0.1:${port}/0: `) &&
        error.message.includes('ECONNREFUSED') &&
        !error.message.includes('hush'),
    );
  });
});

async function skipWhenExternal(): Promise<string | false> {
  const { kind } = await locateServer('redis-server');
  return kind === 'url' && 'a server that others run cannot be killed';
}
