import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { Bus, Message, RequestOutcome, RoomId } from '@longwire/domain';
import { RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { fakeClock, settle } from '@longwire/testkit';
import { RoomSender } from './room-sender.ts';

const room = trustedId<RoomId>('1000');

function message(n: number, bytes = 10): Message {
  return {
    messageId: trustedId(`m${n}`),
    target: { kind: 'room', roomId: room },
    payload: new Uint8Array(bytes),
    lane: 'bulk',
    isAckWanted: false,
    ttlMs: 1000,
    acceptedAtMs: 1,
  };
}

/** A bus whose requests the test answers one by one. */
function fixture(limits: { maxQueued?: number; maxQueuedBytes?: number; gatherMs?: number } = {}) {
  const requests: { readonly ids: readonly string[]; readonly answer: (outcome: RequestOutcome) => void }[] = [];
  const request: Bus['request'] = (_topic, payload) => {
    const { promise, resolve } = Promise.withResolvers<RequestOutcome>();
    requests.push({ ids: RoomPush.decode(payload).messages.map(({ messageId }) => messageId), answer: resolve });
    return promise;
  };
  const clock = fakeClock();
  const line = { bus: { request } as Bus, clock, noResponderMs: 100, onRetry: () => undefined };
  const queued: number[] = [];
  const { maxQueued = 100, maxQueuedBytes = 1 << 20, gatherMs = 20 } = limits;
  const onQueueChange = (count: number): void => void queued.push(count);
  const counted = { handOvers: 0 };
  const onHandOver = (): void => void (counted.handOvers += 1);
  const sender = new RoomSender(line, { maxQueued, maxQueuedBytes, gatherMs, onQueueChange, onHandOver });
  return { sender, requests, clock, queued, counted };
}

const took = (accepted: number): RequestOutcome => ({
  ok: true,
  payload: RoomPushReply.encode({ accepted, isOverloaded: accepted > 0 }).finish(),
});
const codeOf = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'sent',
    (error: { code: string }) => error.code,
  );
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what one turn brings travels together, and what comes meanwhile waits and goes next, in order', async () => {
  const { sender, requests, counted } = fixture();
  const first = [sender.send(message(1), room), sender.send(message(2), room)];
  await nextTurn();
  const second = [3, 4, 5].map((n) => sender.send(message(n), room));
  await nextTurn();
  assert.deepEqual(
    requests.map(({ ids }) => ids),
    [['m1', 'm2']],
  );
  requests[0]?.answer(took(2));
  await Promise.all(first);
  await settle();
  assert.deepEqual(requests[1]?.ids, ['m3', 'm4', 'm5']);
  requests[1]?.answer(took(3));
  await Promise.all(second);
  assert.equal(counted.handOvers, 2, 'one a request, however many messages');
});

test('of a batch that the owner took in part, the rest is refused as overloaded', async () => {
  const { sender, requests } = fixture();
  const outcomes = Promise.all([1, 2, 3].map((n) => codeOf(sender.send(message(n), room))));
  await nextTurn();
  requests[0]?.answer(took(2));
  assert.deepEqual(await outcomes, ['sent', 'sent', 'overloaded']);
});

test('a process that no longer owns the partition is like nobody: the batch is tried again', async () => {
  const { sender, requests, clock } = fixture();
  const outcome = codeOf(sender.send(message(1), room));
  await nextTurn();
  requests[0]?.answer(took(0));
  await settle();
  clock.advance(50);
  await settle();
  assert.deepEqual(requests[1]?.ids, ['m1']);
  requests[1]?.answer(took(1));
  assert.equal(await outcome, 'sent');
});

test('while surely nobody has it a request is tried again; after the wait it is refused', async () => {
  const { sender, requests, clock } = fixture();
  const outcome = codeOf(sender.send(message(1), room));
  await nextTurn();
  const noResponder: RequestOutcome = { ok: false, failure: 'no-responder' };
  requests[0]?.answer(noResponder);
  await settle();
  clock.advance(50);
  await settle();
  assert.equal(requests.length, 2);
  clock.advance(60);
  requests[1]?.answer(noResponder);
  assert.equal(await outcome, 'dispatch-unavailable');
  assert.equal(requests.length, 2);
});

test('a request that somebody may have taken is not sent twice', async () => {
  const { sender, requests } = fixture();
  const outcome = codeOf(sender.send(message(1), room));
  await nextTurn();
  requests[0]?.answer({ ok: false, failure: 'timeout' });
  assert.equal(await outcome, 'dispatch-unavailable');
  assert.equal(requests.length, 1);
});

test('at its bounds, in messages and in bytes, it refuses the next and takes again when there is room', async () => {
  const { sender, requests, queued } = fixture({ maxQueued: 2 });
  const held = [sender.send(message(1), room), sender.send(message(2), room)];
  assert.equal(await codeOf(sender.send(message(3), room)), 'overloaded');
  await nextTurn();
  requests[0]?.answer(took(2));
  await Promise.all(held);
  const again = sender.send(message(4), room);
  await nextTurn();
  requests[1]?.answer(took(1));
  await again;
  assert.equal(queued.at(-1), 0);

  const small = fixture({ maxQueuedBytes: 5000 });
  const fits = small.sender.send(message(1, 4000), room);
  assert.equal(await codeOf(small.sender.send(message(2, 4000), room)), 'overloaded');
  await nextTurn();
  small.requests[0]?.answer(took(1));
  await fits;
});

test('a batch stays below the megabyte that NATS takes', async () => {
  const { sender, requests } = fixture({ maxQueuedBytes: 1 << 24 });
  const sent = Array.from({ length: 30 }, (_, n) => sender.send(message(n, 64 * 1024), room));
  await nextTurn();
  for (let index = 0; requests[index] !== undefined; index += 1) {
    const { ids, answer } = requests[index] ?? { ids: [], answer: () => undefined };
    assert.ok(ids.length * 64 * 1024 < 1024 * 1024);
    answer(took(ids.length));
    await settle();
  }
  await Promise.all(sent);
});
