import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { DeviceId, ExpressAck, Message, MessageId, Target, UserId } from '@longwire/domain';
import { Ledger, MAX_ENDED } from './ledger.ts';
import { MAX_DEVICES } from './tracked-message.ts';

const plan = { spacingMs: [1000, 2000], maxRounds: 0 };
const user = (id: string): UserId => trustedId<UserId>(id);
const device = (id: string): DeviceId => trustedId<DeviceId>(id);
const users = (...ids: readonly string[]): Target => ({ kind: 'user', userIds: ids.map(user) });

function message(id: string, more: Partial<Message> = {}): Message {
  return {
    messageId: trustedId<MessageId>(id),
    target: users('u1'),
    payload: new Uint8Array(),
    lane: 'express',
    isAckWanted: true,
    ttlMs: 60_000,
    acceptedAtMs: 0,
    ...more,
  };
}

const ackOf = (id: string, userId: string | null = 'u1', deviceId = 'd1'): ExpressAck => ({
  messageId: trustedId<MessageId>(id),
  userId: userId === null ? null : user(userId),
  deviceId: device(deviceId),
});

const idsOf = (tracked: Iterable<{ readonly message: Message }>): readonly string[] =>
  [...tracked].map((one) => one.message.messageId);

/** Takes what is due, sends it to the given devices of u1, ends the round. */
function makeRound(ledger: Ledger, nowMs: number, devices: readonly string[] = ['d1']): readonly string[] {
  const due = ledger.takeDue(nowMs, 100);
  for (const tracked of due) {
    const to = devices.filter((id) => tracked.wants('user:u1', device(id)));
    if (to.length > 0)
      tracked.noteSent(
        'user:u1',
        to.map((id) => ({ userId: user('u1'), deviceId: device(id) })),
      );
    ledger.endRound(tracked, nowMs, to.length === 0);
  }
  return idsOf(due);
}

test('a message is due at once, then by the plan, until it is acked', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m1'), 1, 0);
  assert.deepEqual(
    [0, 999, 1000, 2999, 3000].map((nowMs) => makeRound(ledger, nowMs)),
    [['m1'], [], ['m1'], [], ['m1']],
  );
  assert.equal(ledger.ack(ackOf('m1')), 'acked');
  assert.deepEqual(makeRound(ledger, 60_000 - 1), []);
  assert.deepEqual(ledger.report(trustedId('m1'), 5), {
    messageId: 'm1',
    status: 'delivered',
    targets: 1,
    acked: 1,
    attempts: 3,
  });
});

test('a target is acked by its first device, and the others are sent to until they ack', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m1'), 1, 0);
  makeRound(ledger, 0, ['d1', 'd2']);
  assert.equal(ledger.ack(ackOf('m1')), 'acked');
  assert.equal(ledger.report(trustedId('m1'), 0)?.status, 'delivered');
  assert.deepEqual(makeRound(ledger, 1000, ['d1', 'd2']), ['m1']);
  assert.equal(ledger.ack(ackOf('m1', 'u1', 'd2')), 'repeated');
  assert.deepEqual(makeRound(ledger, 30_000), []);
});

test('a device that comes later gets it once, as long as the ttl lasts', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m2', { acceptedAtMs: 2 }), 1, 0);
  ledger.add(message('m1', { acceptedAtMs: 1 }), 2, 0);
  ledger.ack(ackOf('m1'));
  assert.deepEqual(idsOf(ledger.waitingFor(user('u1'), device('d1'))), ['m2']);
  assert.deepEqual(idsOf(ledger.waitingFor(user('u1'), device('d2'))), ['m1', 'm2']);
  assert.deepEqual(idsOf(ledger.waitingFor(null, device('d2'))), []);
  assert.deepEqual(idsOf(ledger.waitingFor(user('u2'), device('d2'))), []);
});

test('an arrival begins the plan anew', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m1'), 1, 0);
  for (const nowMs of [0, 1000, 3000]) makeRound(ledger, nowMs, []);
  const [tracked] = ledger.waitingFor(user('u1'), device('d1'));
  assert.ok(tracked);
  ledger.restart(tracked, 3500);
  assert.deepEqual(
    [3499, 3500, 4500].map((nowMs) => makeRound(ledger, nowMs)),
    [[], ['m1'], ['m1']],
  );
});

test('a message to devices is over with the last ack, one to users with its ttl; each is told once', () => {
  const ledger = new Ledger(plan);
  const target: Target = { kind: 'device', deviceIds: [device('d1'), device('d2')] };
  ledger.add(message('m1', { target, ttlMs: 1000 }), 1, 0);
  ledger.add(message('m2', { ttlMs: 1000 }), 2, 0);
  ledger.ack(ackOf('m1', null, 'd1'));
  const tracked = ledger.find(trustedId('m1'));
  assert.ok(tracked && !tracked.isFinished);
  ledger.ack(ackOf('m1', 'u9', 'd2'));
  assert.ok(tracked.isFinished);
  assert.equal(ledger.end(tracked, 10)?.status, 'delivered');
  assert.equal(ledger.end(tracked, 10), undefined);
  assert.equal(ledger.ack(ackOf('m1', null, 'd1')), 'repeated');
  assert.equal(ledger.add(message('m1', { target }), 3, 20), 'known');
  assert.deepEqual(ledger.takeExpired(999, 10), []);
  assert.deepEqual(
    ledger.takeExpired(1000, 10).map(({ messageId, status }) => `${messageId} ${status}`),
    ['m1 delivered', 'm2 expired'],
  );
  assert.deepEqual([ledger.takeExpired(5000, 10), ledger.size, ledger.pendingDeliveries], [[], 0, 0]);
  assert.equal(ledger.ack(ackOf('m2')), 'unknown');
});

test('the oldest message bounds what is trimmed; one that is carried moves to the end', () => {
  const ledger = new Ledger(plan);
  for (const [index, id] of ['m1', 'm2', 'm3'].entries()) ledger.add(message(id), index + 1, 0);
  assert.equal(ledger.oldest()?.position, 1);
  assert.equal(ledger.add(message('m1'), 4, 0), 'known');
  assert.deepEqual([ledger.oldest()?.position, ledger.lastPosition], [2, 4]);
  assert.equal(ledger.pendingDeliveries, 3);
});

test('a log that counts from 1 again has lost what was open: it is to be carried', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m1'), 500, 0);
  ledger.add(message('m2'), 1, 0);
  assert.deepEqual(
    [...ledger.messages()].map(({ position }) => position),
    [0, 1],
  );
  ledger.add(message('m1'), 2, 0);
  assert.deepEqual(
    [...ledger.messages()].map(({ position }) => position),
    [1, 2],
  );
});

test('acks read from the log count as those of clients, and are carried with their message', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m1', { target: users('u1', 'u2') }), 1, 0);
  ledger.readAcks([ackOf('m1'), ackOf('nothing'), ackOf('m1', 'u3')], 2);
  assert.equal(ledger.pendingDeliveries, 1);
  assert.equal(ledger.lastPosition, 2);
  assert.deepEqual(ledger.find(trustedId('m1'))?.acks(), [ackOf('m1')]);
});

test('an addressee has at most 32 devices remembered; the first ones are not forgotten', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m1'), 1, 0);
  for (let index = 0; index <= MAX_DEVICES; index += 1) ledger.ack(ackOf('m1', 'u1', `d${index}`));
  assert.equal(ledger.find(trustedId('m1'))?.acks().length, MAX_DEVICES);
  assert.equal(ledger.waitingFor(user('u1'), device('d0')).length, 0);
  assert.equal(ledger.waitingFor(user('u1'), device(`d${MAX_DEVICES}`)).length, 1);
});

test('a look at everybody asks for those who have acked as well: they may have another device', () => {
  const ledger = new Ledger(plan);
  ledger.add(message('m1'), 1, 0);
  makeRound(ledger, 0);
  ledger.ack(ackOf('m1'));
  ledger.recheck(5000, 1000);
  const [tracked] = ledger.takeDue(6000, 10);
  assert.deepEqual([...(tracked?.wanting() ?? [])], [{ kind: 'user', id: 'u1' }]);
});

test('messages that are over long before their ttl leave no more behind than the last 100,000 reports', () => {
  const ledger = new Ledger(plan);
  const target: Target = { kind: 'device', deviceIds: [device('d1')] };
  const count = 2 * MAX_ENDED + 5000;
  for (let index = 0; index < count; index += 1) {
    const id = `m${index}`;
    ledger.add(message(id, { target, ttlMs: 7 * 24 * 3600_000 }), index + 1, 0);
    ledger.ack(ackOf(id, null));
    const tracked = ledger.find(trustedId(id));
    assert.equal(tracked !== undefined && ledger.end(tracked, 0)?.status, 'delivered');
  }
  assert.deepEqual([ledger.size, ledger.ended], [0, MAX_ENDED]);
  assert.ok(ledger.planned <= 2 * MAX_ENDED + 2 * 1000, `${ledger.planned}`);
  assert.equal(ledger.ack(ackOf(`m${count - 1}`, null)), 'repeated');
  assert.equal(ledger.ack(ackOf('m0', null)), 'unknown');
  assert.equal(ledger.takeExpired(7 * 24 * 3600_000, count).length, MAX_ENDED);
  assert.deepEqual([ledger.ended, ledger.planned <= 1000], [0, true]);
});

test('however often somebody comes, a message is planned once, and what is open stays planned', () => {
  const ledger = new Ledger(plan);
  const ids = ['m1', 'm2', 'm3'];
  for (const [index, id] of ids.entries()) ledger.add(message(id), index + 1, 0);
  for (let atMs = 20_000; atMs > 10_000; atMs -= 1) {
    for (const tracked of ledger.messages()) ledger.restart(tracked, atMs);
    if (atMs === 20_000) for (const tracked of ledger.takeDue(0, 10)) ledger.putOff(tracked, 30_000);
  }
  assert.ok(ledger.planned <= 2 * ids.length + 1000 + ids.length, `${ledger.planned}`);
  assert.deepEqual(idsOf(ledger.takeDue(10_001, 10)).toSorted(), ids);
  assert.equal(ledger.takeExpired(60_000, 10).length, 3);
});
