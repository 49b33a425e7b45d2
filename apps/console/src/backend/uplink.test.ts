import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pushesOf, uplinkSchema } from './uplink.ts';

const EVENT = {
  type: 'uplink',
  eventId: 'e1',
  userId: '42',
  deviceId: 'd1',
  connectionId: 'c1',
  rooms: ['1000', '2000'],
  at: 7,
};

function uplink(data: unknown) {
  return uplinkSchema.safeParse({ ...EVENT, data });
}

test('barrage goes to the room its viewer is in, with the event as idempotency key', () => {
  const parsed = uplink({ type: 'barrage', text: ' hi\nthere ', name: 'Ada', color: '#FFb454', roomId: '9' });
  assert.ok(parsed.success);
  const [push, ...others] = pushesOf(parsed.data);
  assert.deepEqual(others, []);
  assert.deepEqual(push, {
    target: { kind: 'room', roomId: '1000' },
    idempotencyKey: 'e1',
    payload: { cmd: 'DANMU_MSG', id: 'e1', userId: '42', name: 'Ada', text: 'hi there', color: '#FFb454', at: 7 },
  });
});

test('the answer to a PK invite goes to the room', () => {
  const parsed = uplink({ type: 'pk-answer', inviteId: 'i1', rival: 'Nova', name: 'Ada', accepted: true });
  assert.ok(parsed.success);
  const [push, ...others] = pushesOf(parsed.data);
  assert.deepEqual([push?.payload.cmd, push?.payload['accepted'], push?.payload['rival']], ['PK_ANSWER', true, 'Nova']);
  assert.deepEqual(others, []);
});

test('the answer to a PK invite of another streamer goes to that streamer, too', () => {
  const answer = { type: 'pk-answer', inviteId: 'i1', rival: 'Mei', rivalUserId: 'u9', name: 'Ada', accepted: false };
  const parsed = uplink(answer);
  assert.ok(parsed.success);
  const [, toRival] = pushesOf(parsed.data);
  assert.deepEqual(toRival?.target, { kind: 'user', userIds: ['u9'] });
  assert.deepEqual([toRival.payload['accepted'], toRival.idempotencyKey], [false, 'e1:rival']);
});

test('a gift goes to the room, with the name that the page gave it', () => {
  const parsed = uplink({ type: 'gift', gift: 'rose', count: 3, name: 'Ada', ref: 'a-1' });
  assert.ok(parsed.success);
  const [push] = pushesOf(parsed.data);
  const gift = { cmd: 'GIFT', id: 'e1', userId: '42', name: 'Ada', gift: 'rose', count: 3, ref: 'a-1', at: 7 };
  assert.deepEqual(push?.payload, gift);
});

for (const [what, data] of [
  ['no text', { type: 'barrage', text: ' \t ', name: 'Ada' }],
  ['a text of 101 characters', { type: 'barrage', text: 'x'.repeat(101), name: 'Ada' }],
  ['a text that is a number', { type: 'barrage', text: 5, name: 'Ada' }],
  ['a name of 25 characters', { type: 'barrage', text: 'hi', name: 'n'.repeat(25) }],
  ['a colour that is CSS', { type: 'barrage', text: 'hi', name: 'Ada', color: 'red;x' }],
  ['an unknown type', { type: 'song' }],
  ['a gift that is not sold', { type: 'gift', gift: 'moon', count: 1, name: 'Ada' }],
  ['a hundred gifts', { type: 'gift', gift: 'rose', count: 100, name: 'Ada' }],
  ['a ref that is markup', { type: 'barrage', text: 'hi', name: 'Ada', ref: '<b>' }],
  ['no data at all', null],
] as const) {
  test(`an uplink with ${what} is none`, () => assert.equal(uplink(data).success, false));
}

test('an uplink of somebody in no room is none', () => {
  const data = { type: 'barrage', text: 'hi', name: 'Ada' };
  assert.equal(uplinkSchema.safeParse({ ...EVENT, rooms: [], data }).success, false);
});
