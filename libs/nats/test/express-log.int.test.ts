import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { ExpressLog, Message } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { findFreePort, locateServer, skipWithout, startNats } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { openJetStreamExpressLog } from '../src/index.ts';
import type { OpenExpressLog, OpenExpressLogOptions } from '../src/index.ts';

const skip = (await skipWithout('nats-server')) || (await skipWhenExternal());
/** Of a slow machine: what is awaited takes a second or two. */
const WITHIN = { timeoutMs: 30_000 };
/** Waits that are to end well are never cut short. */
const PATIENT = { storeWithinMs: 60_000 };
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function skipWhenExternal(): Promise<string | false> {
  const { kind } = await locateServer('nats-server');
  return kind === 'url' && 'a server that others run cannot be killed';
}

async function open(url: string, options: Partial<OpenExpressLogOptions> = {}): Promise<OpenExpressLog> {
  const log = await openJetStreamExpressLog({
    url,
    name: 'test',
    logger: createSilentLogger(),
    ...PATIENT,
    ...options,
  });
  cleanups.push(() => log.close());
  return log;
}

async function start(options: Parameters<typeof startNats>[0] = {}): Promise<RunningServer> {
  const server = await startNats(options);
  cleanups.push(() => server.stop());
  return server;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'longwire-log-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function message(id: string): Message {
  return {
    messageId: trustedId(id),
    target: { kind: 'user', userIds: [trustedId('u1')] },
    payload: new TextEncoder().encode('{"cmd":"PK"}'),
    lane: 'express',
    isAckWanted: true,
    ttlMs: 60_000,
    acceptedAtMs: Date.now(),
  };
}

function follow(log: ExpressLog): string[] {
  const seen: string[] = [];
  log.follow({
    onMessage: ({ messageId }) => seen.push(messageId),
    onAcks: () => undefined,
    onCaughtUp: () => undefined,
  });
  return seen;
}

const ids = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const appendAll = (log: ExpressLog, of: readonly string[]): Promise<unknown> =>
  Promise.all(of.map((id) => log.append(message(id))));

describe('the express log on a real server', { skip }, () => {
  test('a server killed with -9 and started again: what was appended is there, waiting appends go through, no hole', async () => {
    const storeDir = temporaryFolder();
    const server = await start({ storeDir });
    const [writer, reader] = [await open(server.url), await open(server.url)];
    const seen = follow(reader);
    await appendAll(writer, ids('before-', 200));
    await eventually(() => seen.length === 200, WITHIN);
    await server.kill();
    await eventually(() => !writer.isConnected() && !reader.isConnected(), WITHIN);
    const waiting = appendAll(writer, ids('during-', 20));
    await start({ storeDir, port: server.port });
    await waiting;
    await appendAll(writer, ids('after-', 20));
    await eventually(() => seen.length === 240, WITHIN);
    assert.equal(new Set(seen).size, 240);
    assert.deepEqual(seen.slice(0, 200), ids('before-', 200));
    const fresh = follow(await open(server.url));
    await eventually(() => assert.deepEqual(fresh, seen), WITHIN);
  });

  test('a server that is stopped for a while: appends wait and are stored once, followers go on', async () => {
    const server = await start();
    const [writer, reader] = [await open(server.url), await open(server.url)];
    const seen = follow(reader);
    await appendAll(writer, ids('before-', 5));
    server.pause();
    const waiting = appendAll(writer, ids('during-', 5));
    setTimeout(() => server.resume(), 2500);
    await waiting;
    await eventually(() => seen.length === 10, WITHIN);
    assert.deepEqual(seen.toSorted(), [...ids('before-', 5), ...ids('during-', 5)].toSorted());
  });

  test('a server gone for longer than a write may take: the write is refused, and says that it is not known', async () => {
    const server = await start();
    const log = await open(server.url, { storeWithinMs: 500 });
    await server.kill();
    const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'store-unavailable';
    await assert.rejects(log.append(message('m1')), isUnavailable);
    await eventually(() => !log.isConnected(), WITHIN);
    await assert.rejects(log.trim(1), isUnavailable);
    await assert.rejects(log.get(trustedId('m1')), isUnavailable);
  });

  test('a server that comes back empty: followers begin anew with what is written then', async () => {
    const server = await start();
    const log = await open(server.url);
    const seen = follow(log);
    await appendAll(log, ids('old-', 10));
    await eventually(() => seen.length === 10, WITHIN);
    await server.kill();
    await start({ port: server.port });
    await appendAll(log, ids('new-', 3));
    await eventually(() => assert.deepEqual(seen.slice(10).toSorted(), ids('new-', 3)), WITHIN);
  });

  test('says in one line that there is no JetStream, or that the replicas cannot be had', async () => {
    const without = await start({ jetstream: false });
    await assert.rejects(open(without.url), /JetStream/);
    const single = await start();
    await assert.rejects(open(single.url, { replicas: 3 }), /LW_EXPRESS_LOG with 3 replicas/);
  });

  test('takes new limits over for a log that is there', async () => {
    const server = await start();
    const first = await open(server.url, { maxEntries: 2 });
    await appendAll(first, ids('a', 2));
    await assert.rejects(first.append(message('a3')), (error: unknown) => (error as AppError).code === 'overloaded');
    await open(server.url, { maxEntries: 100 });
    await first.append(message('a3'));
  });
});

describe('the express log on a cluster of three', { skip }, () => {
  test('keeps each message on three servers: one killed loses and stops nothing', async () => {
    const servers = await startCluster();
    const urls = servers.map(({ url }) => url).join(',');
    const logs = await Promise.all([open(urls, { replicas: 3 }), open(urls, { replicas: 3 })]);
    const [writer, reader] = logs;
    assert.ok(writer && reader);
    const seen = follow(reader);
    await appendAll(writer, ids('before-', 50));
    for (const [index, server] of servers.slice(0, 1).entries()) {
      await server.kill();
      await appendAll(writer, ids(`without-${index}-`, 50));
    }
    await eventually(() => seen.length === 100, WITHIN);
    assert.equal(new Set(seen).size, 100);
  });
});

async function startCluster(): Promise<readonly RunningServer[]> {
  const ports = await Promise.all([0, 1, 2].map(() => findFreePort()));
  const routes = ports.map((port) => `nats://127.0.0.1:${port}`).join(',');
  return Promise.all(
    ports.map((port, index) =>
      start({
        args: [
          '-server_name',
          `n${index}`,
          '-cluster_name',
          'test',
          '-cluster',
          `nats://127.0.0.1:${port}`,
          '-routes',
          routes,
        ],
      }),
    ),
  );
}
