import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, SCOPES, trustedId } from '@longwire/domain';
import type { Credential, Message } from '@longwire/domain';
import { createMemoryIdempotencyStore, createMemoryRoomDirectory } from '@longwire/embedded';
import { createMetricsRegistry } from '@longwire/runtime';
import { fakeClock, settle } from '@longwire/testkit';
import { PushLimits } from '../limit/push-limits.ts';
import { createServiceMetrics } from '../metrics.ts';
import type { MessageSender } from './message-sender.ts';
import type { PushRequest, PushResponse } from './push-request.ts';
import { PushService } from './push-service.ts';

const credential: Credential = { keyId: 'k', name: 'test', scopes: SCOPES, zones: null, createdAtMs: 0 };
const unanswered = new AppError('dispatch-unavailable', 'The message may or may not have been sent');

function keyed(
  idempotencyKey: string,
  payload: PushRequest['payload'] = { cmd: 'X', a: 1, b: { c: 2, d: 3 } },
): PushRequest {
  return { target: { kind: 'room', roomId: trustedId('1000') }, payload, idempotencyKey };
}

/** A service whose dispatch does what the test says; by default it takes everything. */
function fixture({ ratePerSec = 1000, maxInFlight = 100 } = {}) {
  const clock = fakeClock();
  const handedOver: Message[] = [];
  const refusals: string[] = [];
  const dispatch = { take: (): Promise<void> => Promise.resolve() };
  const send: MessageSender['send'] = (message) => {
    handedOver.push(message);
    return dispatch.take();
  };
  const inFlight: number[] = [];
  const limits = new PushLimits(
    { keyRatePerSec: ratePerSec, roomRatePerSec: 1000, maxInFlight },
    { clock, onRefused: (limit) => refusals.push(limit), onInFlight: (count) => inFlight.push(count) },
  );
  const service = new PushService({
    sender: { send } as MessageSender,
    rooms: createMemoryRoomDirectory(),
    idempotency: createMemoryIdempotencyStore({ clock }),
    limits,
    clock,
    metrics: createServiceMetrics(createMetricsRegistry()),
    traces: { note: () => undefined },
  });
  const push = (request: PushRequest): Promise<PushResponse> => service.push(credential, request);
  const sentIds = (): readonly string[] => handedOver.map(({ messageId }) => messageId);
  /** Takes all that the rate allows now. */
  const exhaustRate = async (): Promise<void> => {
    for (let index = 0; index < 2 * ratePerSec; index += 1) await push(keyed(`filler-${index}`)).catch(() => undefined);
    handedOver.length = 0;
    refusals.length = 0;
  };
  return { clock, dispatch, handedOver, inFlight, push, refusals, sentIds, exhaustRate };
}

test('a repeat whose answer is known gets it although the rate is used up, and uses none of it', async () => {
  const { push, exhaustRate, handedOver, refusals, clock } = fixture({ ratePerSec: 2 });
  const answer = await push(keyed('k1'));
  await exhaustRate();
  await assert.rejects(push(keyed('new')), { code: 'rate-limited' });
  for (let time = 0; time < 10; time += 1) assert.deepEqual(await push(keyed('k1')), answer);
  await assert.rejects(push(keyed('k1', { cmd: 'OTHER' })), { code: 'idempotency-conflict' });
  assert.deepEqual([handedOver, refusals], [[], ['key-rate']]);
  clock.advance(500);
  await push(keyed('new'));
});

test('at the bound of pushes under way the next is refused, and a repeat whose answer is known is not', async () => {
  const { push, dispatch, refusals, inFlight } = fixture({ maxInFlight: 2 });
  const answer = await push(keyed('k1'));
  const { promise, resolve } = Promise.withResolvers<void>();
  dispatch.take = () => promise;
  const held = [push(keyed('k2')), push(keyed('k3'))];
  await settle();
  await assert.rejects(push(keyed('k4')), { code: 'overloaded' });
  assert.deepEqual(refusals, ['in-flight']);
  assert.deepEqual(await push(keyed('k1')), answer);
  // Who waits for another request with its key is under way too: such waits are bounded by the same number.
  await assert.rejects(push(keyed('k2')), { code: 'overloaded' });
  resolve();
  await Promise.all(held);
  await push(keyed('k4'));
  assert.deepEqual([Math.max(...inFlight), inFlight.at(-1)], [2, 0]);
});

test('a push whose outcome is not known keeps its messageId over a refused retry', async () => {
  const { push, dispatch, exhaustRate, sentIds, clock } = fixture({ ratePerSec: 2 });
  dispatch.take = () => Promise.reject(unanswered);
  await assert.rejects(push(keyed('k1')), { code: 'dispatch-unavailable' });
  const [firstId] = sentIds();
  await exhaustRate();
  await assert.rejects(push(keyed('k1')), { code: 'rate-limited' });
  dispatch.take = () => Promise.reject(new AppError('overloaded', 'Dispatch takes no more messages now'));
  clock.advance(500);
  await assert.rejects(push(keyed('k1')), { code: 'overloaded' });
  dispatch.take = () => Promise.resolve();
  clock.advance(500);
  const answer = await push(keyed('k1'));
  assert.deepEqual([answer.messageId, ...sentIds()], [firstId, firstId, firstId]);
});

test('a retry refused while the first is under way leaves the key to the first: it is sent once', async () => {
  const { push, dispatch, clock, sentIds } = fixture({ maxInFlight: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  dispatch.take = () => promise;
  const first = push(keyed('k1'));
  await settle();
  await assert.rejects(push(keyed('k1')), { code: 'overloaded' });
  await clock.advanceAsync(1000);
  resolve();
  const answer = await first;
  assert.deepEqual(await push(keyed('k1')), answer);
  assert.equal(sentIds().length, 1);
});

test('a repeat that comes while the first is under way waits for its answer, for 5 s at most', async () => {
  const { push, dispatch, clock, sentIds } = fixture();
  const { promise, resolve } = Promise.withResolvers<void>();
  dispatch.take = () => promise;
  const first = push(keyed('k1'));
  const impatient = assert.rejects(push(keyed('k1')), { code: 'in-progress' });
  await clock.advanceAsync(5000);
  await impatient;
  const second = push(keyed('k1'));
  resolve();
  await clock.advanceAsync(50);
  assert.deepEqual(await second, await first);
  assert.equal(sentIds().length, 1);
});

test('the same content with its fields in another order is the same body', async () => {
  const { push, sentIds } = fixture();
  const answer = await push(keyed('k1'));
  assert.deepEqual(await push(keyed('k1', { b: { d: 3, c: 2 }, a: 1, cmd: 'X' })), answer);
  await assert.rejects(push(keyed('k1', { cmd: 'X', a: 1, b: { c: 3, d: 2 } })), { code: 'idempotency-conflict' });
  assert.equal(sentIds().length, 1);
});
