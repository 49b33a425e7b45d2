import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { NodeIncarnation, RoomId, SessionChange, SessionLink, ZoneId } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import { RoomZones } from '@longwire/protos/bus/v1';
import { createRedisEventLog, createRedisRoomDirectory, openRedis } from '@longwire/redis';
import { openLogicClient } from '@longwire/rpc';
import type { LogicClient } from '@longwire/rpc';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import type { Health } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { findFreePort, skipWithout, startNats, startRedis } from '@longwire/testkit/servers';
import { openLogicApp } from '../src/app.ts';
import { logicConfig } from '../src/config.ts';
import { opened, session } from './line-fixture.ts';

const skip = (await skipWithout('redis-server')) || (await skipWithout('nats-server'));
const room = trustedId<RoomId>('1000');
const logger = createSilentLogger();
const patiently = { timeoutMs: 30_000 };
const cleanups: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function openLogic(redisUrl: string, natsUrl: string): Promise<{ client: LogicClient; health: Health }> {
  const health = createHealth();
  const config = loadConfig(logicConfig, {
    LONGWIRE_LOGIC_GRPC_PORT: '0',
    LONGWIRE_REDIS_URL: redisUrl,
    LONGWIRE_NATS_URL: natsUrl,
    LONGWIRE_LOGIC_LEAVE_GRACE: '1s',
    LONGWIRE_LOGIC_PRESENCE_LEASE: '2s',
  });
  const app = await openLogicApp(config, {
    logger,
    metrics: createMetricsRegistry(),
    health,
    clock: systemClock(),
    nodeName: 'logic-1',
  });
  cleanups.push(() => app.stop());
  await app.start(new AbortController().signal);
  health.setStarted();
  const client = openLogicClient({ addresses: [String(app.describe?.()['grpc'])], logger });
  cleanups.push(() => client.close());
  return { client, health };
}

/** An access node that holds these sessions: renews each 100 ms and sends a snapshot whenever it is asked to. */
function runNode(client: LogicClient, node: NodeIncarnation, sessions: readonly SessionChange[]): SessionLink {
  let isDirty = true;
  const link = client.openSessionLink(node, { onResync: () => (isDirty = true) });
  const step = async (): Promise<void> => {
    const isSnapshot = isDirty;
    isDirty = false;
    const outcome = await link.report(
      isSnapshot
        ? { type: 'snapshot', changes: sessions, isLast: true }
        : { type: 'changes', changes: [], uplinks: [] },
    );
    if (outcome === 'resync' || (isSnapshot && outcome !== 'applied')) isDirty = true;
  };
  const timer = setInterval(() => void step(), 100);
  const end = (): void => {
    clearInterval(timer);
    link.close();
  };
  cleanups.push(end);
  return { report: (report) => link.report(report), close: end };
}

describe('logic on a real Redis and a real NATS, over gRPC', { skip }, () => {
  test('counts sessions, follows zones, closes a dead node and tells its leaves', async () => {
    const [redis, nats] = [await startRedis(), await startNats({ jetstream: false })];
    cleanups.push(
      () => redis.stop(),
      () => nats.stop(),
    );
    const { client } = await openLogic(redis.url, nats.url);
    const store = await openRedis({ url: redis.url, logger });
    cleanups.push(() => store.close());
    const bus = await openNatsBus({ url: nats.url, lane: 'bulk', name: 'test', logger });
    cleanups.push(() => bus.close());

    const doomed = runNode(client, { nodeId: trustedId('access-1'), incarnation: 1 }, [opened('c1'), opened('c2')]);
    runNode(client, { nodeId: trustedId('access-2'), incarnation: 1 }, [opened('c3')]);
    await eventually(async () => (await client.totals()).connections === 3, patiently);
    const facts = async () => (await client.lookupRooms([room], trustedId('access-1')))[0];
    const all = { roomId: '1000', zoneId: null, online: 3, onlineAtNode: 2 };
    // The indexes are written after the records that the totals count.
    await eventually(async () => assert.deepEqual(await facts(), all), patiently);

    await createRedisRoomDirectory(store).setZone(room, trustedId<ZoneId>('music'));
    bus.publish(
      { kind: 'room-zones' },
      RoomZones.encode(RoomZones.fromPartial({ rooms: [{ roomId: '1000', zoneId: 'music' }] })).finish(),
    );
    await eventually(async () => (await facts())?.zoneId === 'music', patiently);

    doomed.close();
    await eventually(async () => (await client.totals()).connections === 1, patiently);
    const nodeOfLast = async () => (await client.sessionsOfUser(trustedId('u-c3')))[0]?.nodeId;
    await eventually(async () => assert.equal(await nodeOfLast(), 'access-2'), patiently);
    const log = createRedisEventLog(store);
    await eventually(async () => {
      const { events } = await log.readAfter('0', { limit: 100, waitMs: 0 });
      const left = events.filter(({ event }) => event.type === 'room.leave').map(({ event }) => event.userId);
      return left.toSorted().join(' ') === 'u-c1 u-c2';
    }, patiently);
  });

  test('is right again by itself when Redis came back empty', async () => {
    const port = await findFreePort();
    const [redis, nats] = [await startRedis({ port }), await startNats({ jetstream: false })];
    cleanups.push(() => nats.stop());
    const { client, health } = await openLogic(redis.url, nats.url);
    runNode(client, { nodeId: trustedId('access-1'), incarnation: 1 }, [opened('c1'), opened('c2')]);
    await eventually(async () => (await client.totals()).connections === 2, patiently);
    await redis.stop();
    await eventually(() => !health.isReady().ready, patiently);
    await eventually(() => assert.rejects(client.totals(), { code: 'store-unavailable' }), patiently);
    const again = await startRedis({ port });
    cleanups.push(() => again.stop());
    await eventually(async () => (await client.totals()).connections === 2, patiently);
    await eventually(() => health.isReady().ready, patiently);
    // The indexes are written after the records that the totals count.
    await eventually(async () => (await client.routesOfDevices([session('c1').deviceId])).length === 1, patiently);
  });

  test('names NATS when it cannot be reached', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const port = await findFreePort();
    await assert.rejects(openLogic(redis.url, `nats://127.0.0.1:${port}`), new RegExp(`127.0.0.1:${port}`));
  });
});
