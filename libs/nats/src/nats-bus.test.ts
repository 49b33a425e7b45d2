import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, type Topic } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { fakeClock, settle } from '@longwire/testkit';
import { FakeLink } from './fake-link.ts';
import { NatsBus } from './nats-bus.ts';

const topic: Topic = { kind: 'room-push', partition: 3 };
const subject = 'lw.b.room-push.3';
const payload = Buffer.from('hello');

async function openBus() {
  const clock = fakeClock();
  const bus = new NatsBus({ lane: 'bulk', clock, logger: createSilentLogger() });
  const link = new FakeLink();
  const connect = async (next: FakeLink): Promise<boolean> => {
    const isUp = bus.useLink(next);
    next.onLost(() => bus.loseLink());
    return isUp;
  };
  await connect(link);
  return { bus, clock, link, connect };
}

function isBusUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'bus-unavailable';
}

test('publish says sent, or unavailable when cut off or full, and counts both', async () => {
  const { bus, link } = await openBus();
  assert.equal(bus.publish(topic, payload), 'sent');
  link.isFull = true;
  assert.equal(bus.publish(topic, payload), 'unavailable');
  link.close();
  assert.equal(bus.publish(topic, payload), 'unavailable');
  assert.equal(bus.stats.published, 1);
  assert.equal(bus.stats.dropped, 2);
});

test('many subscriptions made in one turn share one round trip', async () => {
  const { bus, link } = await openBus();
  const before = link.flushCount;
  await Promise.all(
    Array.from({ length: 500 }, (_, partition) => bus.subscribe({ kind: 'room-push', partition }, () => undefined)),
  );
  assert.equal(link.flushCount - before, 1);
});

test('subscriptions made while a round trip is under way share the next one', async () => {
  const { bus, link } = await openBus();
  link.isFast = false;
  const before = link.flushCount;
  const first = bus.subscribe(topic, () => undefined);
  await settle();
  const second = bus.subscribe(topic, () => undefined);
  const third = bus.subscribe(topic, () => undefined);
  await settle();
  assert.equal(link.flushCount - before, 1);
  link.arrive();
  await first;
  await settle();
  link.arrive();
  await Promise.all([second, third]);
  assert.equal(link.flushCount - before, 2);
});

test('a subscription that the server does not confirm within 2 s is undone and rejected', async () => {
  const { bus, clock, link } = await openBus();
  link.isFast = false;
  let calls = 0;
  const outcome = assert.rejects(
    bus.subscribe(topic, () => (calls += 1)),
    isBusUnavailable,
  );
  await clock.advanceAsync(2_000);
  await outcome;
  link.deliver(subject);
  assert.equal(calls, 0);
});

test('a subscription made while cut off is confirmed by the next link', async () => {
  const { bus, clock, link, connect } = await openBus();
  link.close();
  let calls = 0;
  const subscribed = bus.subscribe(topic, () => (calls += 1));
  await clock.advanceAsync(1_000);
  const next = new FakeLink();
  await connect(next);
  await subscribed;
  next.deliver(subject);
  assert.equal(calls, 1);
  assert.equal(clock.pendingTimers(), 0);
});

test('subscriptions are renewed on the next link before the bus says that it is connected', async () => {
  const { bus, link, connect } = await openBus();
  const seen: boolean[] = [];
  bus.onConnectionChange((isConnected) => seen.push(isConnected));
  const subscription = await bus.subscribe(topic, () => undefined, { queue: 'dispatch' });
  link.close();
  assert.equal(bus.isConnected(), false);
  const next = new FakeLink();
  next.isFast = false;
  const isUp = connect(next);
  assert.equal(
    [...next.subscriptions].some((one) => one.subject === subject && one.queue === 'dispatch'),
    true,
  );
  assert.equal(bus.isConnected(), false);
  next.arrive();
  await isUp;
  assert.deepEqual(seen, [false, true]);
  assert.equal(bus.stats.reconnects, 1);
  subscription.unsubscribe();
  assert.equal(
    [...next.subscriptions].some((one) => one.subject === subject),
    false,
  );
});

test('no call of a handler starts after unsubscribe, also for a message that had come in before', async () => {
  const { bus, link } = await openBus();
  let calls = 0;
  const subscription = await bus.subscribe(topic, () => (calls += 1));
  const [entry] = [...link.subscriptions].filter((one) => one.subject === subject);
  subscription.unsubscribe();
  subscription.unsubscribe();
  entry?.onMessage({ payload, subject, replyTo: undefined, isNoResponders: false });
  assert.equal(calls, 0);
});

test('a handler that throws is counted and disturbs no other', async () => {
  const { bus, link } = await openBus();
  let calls = 0;
  await bus.subscribe(topic, () => {
    throw new Error('broken');
  });
  await bus.subscribe(topic, () => (calls += 1));
  link.deliver(subject, { payload });
  assert.equal(calls, 1);
  assert.equal(bus.stats.handlerErrors, 1);
});

test('a handler can answer once, and only when an answer is awaited', async () => {
  const { bus, link } = await openBus();
  const seen: boolean[] = [];
  await bus.subscribe(topic, (_payload, respond) => {
    seen.push(respond !== undefined);
    respond?.(Buffer.from('one'));
    respond?.(Buffer.from('two'));
  });
  link.deliver(subject, { payload });
  link.deliver(subject, { payload, replyTo: '_INBOX.other.1' });
  assert.deepEqual(seen, [false, true]);
  assert.deepEqual(link.published, [{ subject: '_INBOX.other.1', payload: Buffer.from('one'), replyTo: undefined }]);
});

test('a request is answered, and its failures are told apart and counted', async () => {
  const { bus, link, clock } = await openBus();
  const replyOf = (index: number): string => link.published[index]?.replyTo ?? '';
  const answered = bus.request(topic, payload, 100);
  link.deliver(replyOf(0), { payload: Buffer.from('yes') });
  assert.deepEqual(await answered, { ok: true, payload: Buffer.from('yes') });
  const refused = bus.request(topic, payload, 100);
  link.deliver(replyOf(1), { isNoResponders: true });
  assert.deepEqual(await refused, { ok: false, failure: 'no-responder' });
  const silent = bus.request(topic, payload, 100);
  clock.advance(100);
  assert.deepEqual(await silent, { ok: false, failure: 'timeout' });
  const { requests, noResponders, timeouts } = bus.stats;
  assert.deepEqual({ requests, noResponders, timeouts }, { requests: 3, noResponders: 1, timeouts: 1 });
});

test('a request does not outlive its link: at once unknown when it was sent, unavailable when it was not', async () => {
  const { bus, link } = await openBus();
  const sent = bus.request(topic, payload, 60_000);
  link.close();
  assert.deepEqual(await sent, { ok: false, failure: 'timeout' });
  assert.deepEqual(await bus.request(topic, payload, 60_000), { ok: false, failure: 'unavailable' });
});

test('flush rejects at once when cut off, and when the link is lost meanwhile', async () => {
  const { bus, link, clock } = await openBus();
  link.isFast = false;
  const flushed = assert.rejects(bus.flush(), isBusUnavailable);
  await settle();
  link.close();
  await flushed;
  await assert.rejects(bus.flush(), isBusUnavailable);
  assert.equal(clock.pendingTimers(), 0);
});

test('after shut everything that waits is refused', async () => {
  const { bus, link, clock } = await openBus();
  link.isFast = false;
  const subscribed = assert.rejects(
    bus.subscribe(topic, () => undefined),
    isBusUnavailable,
  );
  await settle();
  bus.shut();
  await subscribed;
  await assert.rejects(
    bus.subscribe(topic, () => undefined),
    isBusUnavailable,
  );
  assert.equal(clock.pendingTimers(), 0);
});

test('a subscription that is drained is not asked for on the next link, and a lost link ends the drain', async () => {
  const { bus, link, connect } = await openBus();
  let calls = 0;
  const subscription = await bus.subscribe(topic, () => (calls += 1));
  link.isFast = false;
  const drained = subscription.drain();
  link.deliver(subject);
  assert.equal(calls, 1, 'what was under way is still handled');
  link.close();
  await drained;
  const next = new FakeLink();
  await connect(next);
  next.deliver(subject);
  assert.equal(calls, 1);
});
