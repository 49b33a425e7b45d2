import assert from 'node:assert/strict';
import { type Server, createServer } from 'node:net';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import { AppError, type RoomId, type Topic, trustedId } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually, fakeClock } from '@longwire/testkit';
import { findFreePort, type NatsOptions, type RunningServer, skipWithout, startNats } from '@longwire/testkit/servers';
import { type OpenBus, openNatsBus, type OpenNatsBusOptions } from '../src/index.ts';

const skip = await skipWithout('nats-server');
/** Of a slow machine: what is awaited takes milliseconds, or the second at most until it is dialled again. */
const WITHIN = { timeoutMs: 30_000 };
const cleanups: (() => Promise<void>)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function start(options: NatsOptions = {}): Promise<RunningServer> {
  const server = await startNats({ jetstream: false, ...options });
  cleanups.push(() => server.stop());
  return server;
}

function dial(url: string, options: Partial<OpenNatsBusOptions> = {}): Promise<OpenBus> {
  return openNatsBus({ url, lane: 'bulk', name: 'test', logger: createSilentLogger(), ...options });
}

async function open(url: string, options: Partial<OpenNatsBusOptions> = {}): Promise<OpenBus> {
  const bus = await dial(url, options);
  cleanups.push(() => bus.close());
  return bus;
}

const topic: Topic = { kind: 'room-push', partition: 1 };
const roomTopic = (room: string): Topic => ({ kind: 'room-batch', roomId: trustedId<RoomId>(room) });
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('the NATS bus on a real server', { skip }, () => {
  test('says at once, by host and port, that there is no server', async () => {
    const port = await findFreePort();
    const isToldApart = (error: unknown): boolean =>
      error instanceof AppError &&
      error.code === 'bus-unavailable' &&
      error.message.includes(`127.0.0.1:${port}`) &&
      !error.message.includes('hush');
    // Its time stands still: no deadline can have passed.
    const clock = fakeClock();
    await assert.rejects(dial(`nats://user:hush@127.0.0.1:${port}`, { clock }), isToldApart);
    assert.equal(clock.pendingTimers(), 0);
  });

  test('says after 2.9 s that something listens there which never speaks', async () => {
    const mute: Server = createServer((socket) => socket.on('error', () => undefined).unref());
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const address = mute.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const clock = fakeClock();
    const connected = once(mute, 'connection');
    let isOver = false;
    const refused = assert
      .rejects(
        dial(`nats://127.0.0.1:${port}`, { clock }),
        (error: unknown) => error instanceof AppError && error.message.includes(`127.0.0.1:${port}`),
      )
      .finally(() => (isOver = true));
    await connected;
    await clock.advanceAsync(2_899);
    assert.equal(isOver, false);
    clock.advance(1);
    await refused;
    assert.equal(clock.pendingTimers(), 0);
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
    one.publish(roomTopic('a:b'), bytes('of another room'));
    for (let index = 0; index < 1_000; index += 1) one.publish(roomTopic('a.b'), bytes(String(index)));
    await one.flush();
    // Behind all of bulk on its way through the server.
    express.publish(roomTopic('a.b'), bytes('express'));
    await eventually(() => seen.length === 1_000 && expressSeen.length > 0, WITHIN);
    assert.deepEqual(
      seen,
      Array.from({ length: 1_000 }, (_, index) => String(index)),
    );
    assert.deepEqual(expressSeen, ['express']);
  });

  test('a request finds one of a queue, knows when nobody listens, and when somebody does not answer', async () => {
    const server = await start();
    const [asker, one, other] = [await open(server.url), await open(server.url), await open(server.url)];
    assert.deepEqual(await asker.request(topic, bytes('?'), 30_000), { ok: false, failure: 'no-responder' });
    let calls = 0;
    for (const bus of [one, other]) {
      await bus.subscribe(topic, (_payload, respond) => respond?.(bytes(`answer ${(calls += 1)}`)), {
        queue: 'dispatch',
      });
    }
    const outcome = await asker.request(topic, bytes('?'), 30_000);
    assert.deepEqual(outcome.ok && Buffer.from(outcome.payload).toString(), 'answer 1');
    await one.subscribe({ kind: 'room-push', partition: 2 }, () => undefined);
    const silent = await asker.request({ kind: 'room-push', partition: 2 }, bytes('?'), 50);
    assert.deepEqual(silent, { ok: false, failure: 'timeout' });
  });

  test('ten thousand subscriptions are made in few round trips and work', async () => {
    const server = await start();
    // Its time stands still: however slow the machine, no confirmation is late.
    const [one, other] = [await open(server.url, { clock: fakeClock() }), await open(server.url)];
    let calls = 0;
    await Promise.all(
      Array.from({ length: 10_000 }, (_, room) => one.subscribe(roomTopic(`r${room}`), () => (calls += 1))),
    );
    for (let room = 0; room < 10_000; room += 100) other.publish(roomTopic(`r${room}`), bytes('x'));
    await eventually(() => calls === 100, WITHIN);
  });

  test('a killed server: unavailable at once, and everything works again when it is back', async () => {
    const server = await start();
    const [one, other] = [await open(server.url), await open(server.url)];
    const seen: string[] = [];
    const changes: boolean[] = [];
    one.onConnectionChange((isConnected) => changes.push(isConnected));
    await other.subscribe(topic, (payload) => seen.push(Buffer.from(payload).toString()));
    const unanswered = one.request(topic, bytes('before'), 60_000);
    await eventually(() => seen.includes('before'), WITHIN);
    await server.kill();
    assert.deepEqual(await unanswered, { ok: false, failure: 'timeout' });
    await eventually(() => !one.isConnected() && !other.isConnected(), WITHIN);
    assert.equal(one.publish(topic, bytes('lost')), 'unavailable');
    assert.deepEqual(await one.request(topic, bytes('lost'), 60_000), { ok: false, failure: 'unavailable' });
    await start({ port: server.port });
    await eventually(() => one.isConnected() && other.isConnected(), WITHIN);
    assert.equal(one.publish(topic, bytes('after')), 'sent');
    await eventually(() => seen.includes('after'), WITHIN);
    assert.deepEqual(seen, ['before', 'after']);
    assert.deepEqual(changes, [false, true]);
    assert.equal(one.stats.reconnects, 1);
  });

  test('a stopped server: memory stays bounded, and it is given up after 4 s', async () => {
    const server = await start();
    const clock = fakeClock();
    const bus = await open(server.url, { maxPendingBytes: 4 * 1024 * 1024, clock });
    server.pause();
    const payload = new Uint8Array(64 * 1024);
    let sent = 0;
    for (let index = 0; index < 1_000; index += 1) if (bus.publish(topic, payload) === 'sent') sent += 1;
    assert.ok(sent * payload.length <= 4 * 1024 * 1024, `${sent} payloads were taken`);
    assert.equal(bus.stats.dropped, 1_000 - sent);
    // A proof of life is begun within 1 s and has 3 s.
    await clock.advanceAsync(3_999);
    assert.equal(bus.isConnected(), true);
    clock.advance(1);
    assert.equal(bus.isConnected(), false);
    server.resume();
    // It dials again after 1 s at most.
    clock.advance(1_000);
    await eventually(() => bus.isConnected(), WITHIN);
    assert.equal(bus.publish(topic, payload), 'sent');
  });

  test('a process that is behind with what it reads does not take its server for dead', async () => {
    const server = await start();
    const clock = fakeClock();
    const [slow, other] = [await open(server.url, { clock }), await open(server.url)];
    const read: string[] = [];
    await slow.subscribe(topic, (payload) => {
      read.push(Buffer.from(payload).toString());
      // Each message takes this process longer than a proof of life has.
      clock.advance(2_000);
    });
    const sent = Array.from({ length: 20 }, (_, index) => String(index));
    for (const text of sent) other.publish(topic, bytes(text));
    await eventually(() => read.length === sent.length, WITHIN);
    assert.deepEqual(read, sent);
    assert.equal(slow.stats.reconnects, 0);
    assert.equal(slow.isConnected(), true);
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
    // It does not give up on a server that is slow.
    const [one, other] = [await open(server.url, { clock: fakeClock() }), await open(server.url)];
    let calls = 0;
    await other.subscribe(topic, () => (calls += 1));
    for (let index = 0; index < 100; index += 1) one.publish(topic, bytes('x'));
    await one.close();
    await one.close();
    await eventually(() => calls === 100, WITHIN);
    assert.equal(one.publish(topic, bytes('x')), 'unavailable');
    await assert.rejects(one.subscribe(topic, () => undefined));
  });
});
