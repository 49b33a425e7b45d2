import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowOf, withRows } from './event-log.ts';
import type { FeedRow } from './event-log.ts';

const enter = (eventId: string): FeedRow => {
  const row = rowOf(JSON.stringify({ type: 'room.enter', eventId, roomId: '1', userId: 'u', deviceId: 'd', at: 5 }), 9);
  assert.ok(row);
  return row;
};

test('reads enter, leave and uplink, a guest without user, and a gap', () => {
  assert.deepEqual(enter('e1'), {
    eventId: 'e1',
    type: 'room.enter',
    at: 5,
    userId: 'u',
    deviceId: 'd',
    rooms: ['1'],
    data: '',
  });
  const uplink = rowOf('{"type":"uplink","eventId":"e2","deviceId":"d","rooms":["1","2"],"data":{"a":1},"at":5}', 9);
  assert.deepEqual([uplink?.userId, uplink?.rooms, uplink?.data], ['', ['1', '2'], '{"a":1}']);
  assert.deepEqual([rowOf('{"type":"gap"}', 9)?.type, rowOf('{"type":"gap"}', 9)?.at], ['gap', 9]);
});

test('leaves out what is no event, and cuts what is very long', () => {
  assert.equal(rowOf('not json', 0), undefined);
  assert.equal(rowOf('{"type":"uplink"}', 0), undefined);
  const long = rowOf(JSON.stringify({ type: 'uplink', eventId: 'e', data: 'x'.repeat(5_000) }), 0);
  assert.ok((long?.data.length ?? 0) <= 401);
});

test('newest first, each event once however often it comes, never more than 500', () => {
  const first = withRows([], [enter('1'), enter('2'), enter('2')]);
  assert.deepEqual(
    first.map(({ eventId }) => eventId),
    ['2', '1'],
  );
  assert.deepEqual(
    withRows(first, [enter('1'), enter('3')]).map(({ eventId }) => eventId),
    ['3', '2', '1'],
  );
  const many = withRows(
    first,
    Array.from({ length: 600 }, (_, index) => enter(`m${index}`)),
  );
  assert.equal(many.length, 500);
  assert.equal(many[0]?.eventId, 'm599');
});
