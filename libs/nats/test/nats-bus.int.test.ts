import assert from 'node:assert/strict';
import { type Server, createServer } from 'node:net';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import { AppError, type Lane, type RoomId, type Topic, trustedId } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { findFreePort, type NatsOptions, type RunningServer, skipWithout, startNats } from '@longwire/testkit/servers';
import { type OpenBus, openNatsBus } from '../src/index.ts';

const skip = await skipWithout('nats-server');
const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function start(options: NatsOptions = {}): Promise<RunningServer> {
  const server = await startNats({ jetstream: false, ...options });
  cleanups.push(() => server.stop());
  return server;
}

async function open(url: string, options: { lane?: Lane; maxPendingBytes?: number } = {}): Promise<OpenBus> {
  const bus = await openNatsBus({ url, lane: 'bulk', name: 'test', logger: createSilentLogger(), ...options });
  cleanups.push(() => bus.close());
  return bus;
}

const topic: Topic = { kind: 'room-push', partition: 1 };
const roomTopic = (room: string): Topic => ({ kind: 'room-batch', roomId: trustedId<RoomId>(room) });
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('the NATS bus on a real server', { skip }, () => {
  test('says within 3 s, by host and port, that there is no server', async () => {
    const port = await findFreePort();
    const startedAt = performance.now();
    await assert.rejects(
      openNatsBus({
        url: `nats://user:hush@127.0.0.1:${port}`,
        lane: 'bulk',
        name: 'test',
        logger: createSilentLogger(),
      }),
      (error: unknown) =>
        error instanceof AppError &&
        error.code === 'bus-unavailable' &&
        error.message.includes(`127.0.0.1:${port}`) &&
        !error.message.includes('hush'),
    );
    assert.ok(performance.now() - startedAt < 3_000);
  });

  test('says within 3 s that something listens there which never speaks', async () => {
    const mute: Server = createServer((socket) => socket.on('error', () => undefined).unref());
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = mute.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const startedAt = performance.now();
    await assert.rejects(
      openNatsBus({ url: `nats://127.0.0.1:${port}`, lane: 'bulk', name: 'test', logger: createSilentLogger() }),
      (error: unknown) => error instanceof AppError && error.message.includes(`127.0.0.1:${port}`),
    );
    assert.ok(performance.now() - startedAt < 3_000);
    mute.close();
  });

  test('keeps the lanes apart and the order of one publisher', async () => {
    const server = await start();
    const [one, other, express] = [
      await open(server.url),
      await open(server.url),
      await open(server.url, { lane: 'express' }),
    ];
    const seen: string[] = [];
    const expressSeen: string[] = [];
    await other.subscribe(roomTopic('a.b'), (payload) => seen.push(Buffer.from(payload).toString()));
    await express.subscribe(roomTopic('a.b'), (payload) => expressSeen.push(Buffer.from(payload).toString()));
    for (let index = 0; index < 1_000; index += 1) one.publish(roomTopic('a.b'), bytes(String(index)));
    one.publish(roomTopic('a:b'), bytes('of another room'));
    await one.flush();
    await eventually(() => seen.length === 1_000);
    assert.deepEqual(
      seen,
      Array.from({ length: 1_000 }, (_, index) => String(index)),
    );
    assert.deepEqual(expressSeen, []);
  });

  test('a request finds one of a queue, knows when nobody listens, and when somebody does not answer', async () => {
    const server = await start();
    const [asker, one, other] = [await open(server.url), await open(server.url), await open(server.url)];
    assert.deepEqual(await asker.request(topic, bytes('?'), 2_000), { ok: false, failure: 'no-responder' });
    let calls = 0;
    for (const bus of [one, other]) {
      await bus.subscribe(topic, (_payload, respond) => respond?.(bytes(`answer ${(calls += 1)}`)), {
        queue: 'dispatch',
      });
    }
    const outcome = await asker.request(topic, bytes('?'), 2_000);
    assert.deepEqual(outcome.ok && Buffer.from(outcome.payload).toString(), 'answer 1');
    await one.subscribe({ kind: 'room-push', partition: 2 }, () => undefined);
    const silent = await asker.request({ kind: 'room-push', partition: 2 }, bytes('?'), 50);
    assert.deepEqual(silent, { ok: false, failure: 'timeout' });
  });

  test('ten thousand subscriptions are made in few round trips and work', async () => {
    const server = await start();
    const [one, other] = [await open(server.url), await open(server.url)];
    let calls = 0;
    await Promise.all(
      Array.from({ length: 10_000 }, (_, room) => one.subscribe(roomTopic(`r${room}`), () => (calls += 1))),
    );
    for (let room = 0; room < 10_000; room += 100) other.publish(roomTopic(`r${room}`), bytes('x'));
    await eventually(() => calls === 100);
  });

  test('a killed server: unavailable at once, and everything works again when it is back', async () => {
    const server = await start();
    const [one, other] = [await open(server.url), await open(server.url)];
    const seen: string[] = [];
    const changes: boolean[] = [];
    one.onConnectionChange((isConnected) => changes.push(isConnected));
    await other.subscribe(topic, (payload) => seen.push(Buffer.from(payload).toString()));
    const unanswered = one.request(topic, bytes('before'), 60_000);
    await one.flush();
    await server.kill();
    assert.deepEqual(await unanswered, { ok: false, failure: 'timeout' });
    await eventually(() => !one.isConnected() && !other.isConnected());
    assert.equal(one.publish(topic, bytes('lost')), 'unavailable');
    assert.deepEqual(await one.request(topic, bytes('lost'), 60_000), { ok: false, failure: 'unavailable' });
    await start({ port: server.port });
    await eventually(() => one.isConnected() && other.isConnected());
    assert.equal(one.publish(topic, bytes('after')), 'sent');
    await eventually(() => seen.includes('after'));
    assert.deepEqual(seen, ['before', 'after']);
    assert.deepEqual(changes, [false, true]);
    assert.equal(one.stats.reconnects, 1);
  });

  test('a stopped server: memory stays bounded, and it is given up within 5 s', async () => {
    const server = await start();
    const bus = await open(server.url, { maxPendingBytes: 4 * 1024 * 1024 });
    server.pause();
    const pausedAt = performance.now();
    const payload = new Uint8Array(64 * 1024);
    let sent = 0;
    for (let index = 0; index < 1_000; index += 1) if (bus.publish(topic, payload) === 'sent') sent += 1;
    assert.ok(sent * payload.length <= 4 * 1024 * 1024, `${sent} payloads were taken`);
    assert.equal(bus.stats.dropped, 1_000 - sent);
    await eventually(() => !bus.isConnected(), { timeoutMs: 6_000 });
    assert.ok(performance.now() - pausedAt < 5_000);
    server.resume();
    await eventually(() => bus.isConnected());
    assert.equal(bus.publish(topic, payload), 'sent');
  });

  test('a payload larger than the server takes is dropped and counted, and the connection lives on', async () => {
    const server = await start();
    const bus = await open(server.url);
    assert.equal(bus.publish(topic, new Uint8Array(2 * 1024 * 1024)), 'unavailable');
    assert.equal(bus.stats.dropped, 1);
    await bus.flush();
    assert.equal(bus.stats.reconnects, 0);
  });

  test('close sends what was published, and leaves nothing behind', async () => {
    const server = await start();
    const [one, other] = [await open(server.url), await open(server.url)];
    let calls = 0;
    await other.subscribe(topic, () => (calls += 1));
    for (let index = 0; index < 100; index += 1) one.publish(topic, bytes('x'));
    await one.close();
    await one.close();
    await eventually(() => calls === 100);
    assert.equal(one.publish(topic, bytes('x')), 'unavailable');
    await assert.rejects(one.subscribe(topic, () => undefined));
  });
});
