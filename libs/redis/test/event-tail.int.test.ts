import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { ClientEvent, EventLog } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { locateServer, skipWithout, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { EventTail } from '../src/event-tail.ts';
import { createRedisEventLog, openRedis } from '../src/index.ts';
import type { RedisConnection } from '../src/index.ts';
import { openRedisUnderTest } from './redis-under-test.ts';
import type { RedisUnderTest } from './redis-under-test.ts';

const skip = (await skipWithout('redis-server')) || (await skipWhenExternal());
/** Longer than a test may take: a reader that nobody wakes fails it. */
const LONG = { limit: 1000, waitMs: 3600_000 };

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'store-unavailable';

const uplink = (eventId: string): ClientEvent => ({
  type: 'uplink',
  eventId,
  userId: trustedId('u1'),
  deviceId: trustedId('d1'),
  connectionId: trustedId('c1'),
  rooms: [],
  data: {},
  at: 1_700_000_000_000,
});

/** How often a command has been called on the server, by its name in lower case. */
async function callsOf(command: string, { commands }: RedisConnection): Promise<number> {
  const info = String(await commands.call('INFO', 'commandstats'));
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(info)?.[1] ?? 0);
}

/** The connections for commands that block, as the server sees them. */
async function blockingClients({ commands }: RedisConnection): Promise<readonly { id: string; isBlocked: boolean }[]> {
  const list = String(await commands.call('CLIENT', 'LIST')).split('\n');
  return list
    .filter((client) => client.includes(' name=longwire-blocking '))
    .map((client) => ({ id: /\bid=(\d+)/.exec(client)?.[1] ?? '', isBlocked: /\bflags=\w*b/.test(client) }));
}

/** Resolves with the id of the one connection that blocks, once there is one other than `formerId`. */
function untilBlocked(connection: RedisConnection, formerId?: string): Promise<string> {
  return eventually(async () => {
    const [client, ...more] = await blockingClients(connection);
    return client !== undefined && more.length === 0 && client.isBlocked && client.id !== formerId && client.id;
  });
}

const idsOf = async (reading: ReturnType<EventLog['readAfter']>): Promise<readonly string[]> =>
  (await reading).events.map(({ event }) => event.eventId);

describe('readers at the end of the event log in Redis', { skip }, () => {
  let redis: RedisUnderTest;
  let own: RedisConnection;
  let log: EventLog;
  let peer: EventLog;

  before(async () => (redis = await openRedisUnderTest()));
  after(() => redis.stop());
  beforeEach(async () => {
    await redis.connection.commands.call('FLUSHDB');
    await redis.connection.commands.call('CONFIG', 'RESETSTAT');
    own = await openRedis({ url: redis.server.url, logger: createSilentLogger() });
    log = createRedisEventLog(own);
    peer = createRedisEventLog(redis.peer);
  });
  afterEach(async () => {
    await own.close();
    await eventually(async () => (await blockingClients(redis.connection)).length === 0);
  });

  test('a reader that waits asks once, and once more when something was appended', async () => {
    const reading = log.readAfter('0', LONG);
    await untilBlocked(redis.connection);
    await redis.elapse(1000);
    await untilBlocked(redis.connection);
    assert.equal(await callsOf('xrange', redis.connection), 1);
    await peer.append([uplink('e1')]);
    assert.deepEqual(await idsOf(reading), ['e1']);
    assert.equal(await callsOf('xrange', redis.connection), 2);
    // One each 5 s, and the machine may have been busy meanwhile.
    assert.ok((await callsOf('xread', redis.connection)) <= 3);
  });

  test('all readers of a process share one connection, and none is opened where nobody waits', async () => {
    await log.readAfter('0', { limit: 1, waitMs: 0 });
    assert.equal((await blockingClients(redis.connection)).length, 0);
    const readings = Array.from({ length: 50 }, () => idsOf(log.readAfter('$', LONG)));
    await eventually(async () => (await callsOf('xrange', redis.connection)) === 51);
    await untilBlocked(redis.connection);
    await peer.append([uplink('e1')]);
    for (const ids of await Promise.all(readings)) assert.deepEqual(ids, ['e1']);
    assert.equal((await blockingClients(redis.connection)).length, 1);
  });

  test('what was appended before the blocking read began wakes it', async () => {
    await peer.append([uplink('e1')]);
    await new EventTail(own.openBlocking()).waitForMore('0-0', LONG);
    assert.equal((await blockingClients(redis.connection)).length, 1);
  });

  test('a reader that goes on and on misses nothing of what is appended one by one, and is woken for all of it', async () => {
    const expected = Array.from({ length: 300 }, (_, index) => `e${index + 1}`);
    const appending = (async () => {
      for (const id of expected) await peer.append([uplink(id)]);
    })();
    const read: string[] = [];
    for (let position = '0'; read.length < expected.length;) {
      const page = await log.readAfter(position, { ...LONG, limit: 7 });
      assert.equal(page.isGap, false);
      read.push(...page.events.map(({ event }) => event.eventId));
      position = page.next;
    }
    await appending;
    assert.deepEqual(read, expected);
  });

  test('readers whose time is over, or who were called off, leave the others waiting', async () => {
    const stop = new AbortController();
    const stopped = log.readAfter('0', { ...LONG, signal: stop.signal });
    const timed = log.readAfter('0', { ...LONG, waitMs: 10 });
    const reading = log.readAfter('0', LONG);
    await untilBlocked(redis.connection);
    stop.abort();
    assert.deepEqual(await idsOf(stopped), []);
    assert.deepEqual(await idsOf(timed), []);
    await peer.append([uplink('e1')]);
    assert.deepEqual(await idsOf(reading), ['e1']);
  });

  test('a reader outlives the loss of the blocking connection alone', async () => {
    const reading = log.readAfter('0', LONG);
    const id = await untilBlocked(redis.connection);
    await redis.connection.commands.call('CLIENT', 'KILL', 'ID', id);
    await untilBlocked(redis.connection, id);
    await peer.append([uplink('e1')]);
    assert.deepEqual(await idsOf(reading), ['e1']);
  });

  test('a log that is emptied under a waiting reader is told by the next event, to it and to one who comes later', async () => {
    await peer.append([uplink('e1'), uplink('e2')]);
    const earlier = log.readAfter('$', LONG);
    const id = await untilBlocked(redis.connection);
    await redis.connection.commands.call('FLUSHDB');
    const later = log.readAfter('0', LONG);
    await untilBlocked(redis.connection, id);
    await peer.append([uplink('e3')]);
    const page = await earlier;
    assert.deepEqual([page.events[0]?.event.eventId, page.isGap], ['e3', true]);
    assert.deepEqual(await idsOf(later), ['e3']);
  });

  test('closing fails a reader that waits, and leaves no connection behind', async () => {
    const reading = log.readAfter('0', LONG);
    await untilBlocked(redis.connection);
    const failed = assert.rejects(reading, isUnavailable);
    await own.close();
    await failed;
    await eventually(async () => (await blockingClients(redis.connection)).length === 0);
  });
});

describe('Redis lost under a waiting reader', { skip }, () => {
  async function withReader(
    run: (
      server: RunningServer,
      connection: RedisConnection,
      log: EventLog,
      reading: Promise<unknown>,
    ) => Promise<void>,
  ): Promise<void> {
    const server = await startRedis();
    const connection = await openRedis({ url: server.url, logger: createSilentLogger() });
    const log = createRedisEventLog(connection);
    try {
      const reading = log.readAfter('0', LONG);
      await untilBlocked(connection);
      await run(server, connection, log, reading);
    } finally {
      await connection.close();
      await server.stop();
    }
  }

  async function assertWaitsAndReads(connection: RedisConnection, log: EventLog): Promise<void> {
    await eventually(() => connection.isConnected());
    const reading = log.readAfter('0', LONG);
    await untilBlocked(connection);
    await log.append([uplink('after')]);
    assert.deepEqual(await idsOf(reading), ['after']);
  }

  test('a killed server fails it; a reader waits as before once the server is back', async () => {
    await withReader(async (server, connection, log, reading) => {
      const failed = assert.rejects(reading, isUnavailable);
      await server.kill();
      await failed;
      await eventually(() => !connection.isConnected());
      await assert.rejects(log.readAfter('0', LONG), isUnavailable);
      const again = await startRedis({ port: server.port });
      try {
        await assertWaitsAndReads(connection, log);
      } finally {
        await again.stop();
      }
    });
  });

  test('a server that hangs fails it; a reader waits as before once the server goes on', async () => {
    await withReader(async (server, connection, log, reading) => {
      server.pause();
      try {
        await assert.rejects(reading, isUnavailable);
        await eventually(() => !connection.isConnected());
        await assert.rejects(log.readAfter('0', LONG), isUnavailable);
      } finally {
        server.resume();
      }
      await assertWaitsAndReads(connection, log);
    });
  });

  test('closing fails it though the server hangs', async () => {
    await withReader(async (server, connection, _log, reading) => {
      server.pause();
      try {
        const failed = assert.rejects(reading, isUnavailable);
        await connection.close();
        await failed;
      } finally {
        server.resume();
      }
    });
  });
});

async function skipWhenExternal(): Promise<string | false> {
  const { kind } = await locateServer('redis-server');
  return kind === 'url' && 'counts what the whole server does, and kills it';
}
