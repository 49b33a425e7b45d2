import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { Session } from '@longwire/domain';
import { formatPosition, parsePosition } from './event-position.ts';
import { decodeEvent } from './presence/presence-events.ts';
import { decodeSession, encodeSession } from './presence/session-record.ts';
import { addressOf } from './redis-connection.ts';
import { toStoreError } from './store-error.ts';

describe('what is stored', () => {
  test('reads a session back as it was, whatever its rooms and platform', () => {
    const session: Session = {
      connectionId: trustedId('c:1'),
      userId: null,
      deviceId: trustedId('d-1'),
      platform: 'web\n"quoted"',
      rooms: [trustedId('r.1'), trustedId('r:2')],
      connectedAtMs: 17,
    };
    assert.deepEqual(decodeSession(encodeSession(session)), session);
    assert.deepEqual(decodeSession(encodeSession({ ...session, rooms: [] })).rooms, []);
  });

  test('reads an enter and a leave, of a user and of a guest', () => {
    const ofUser = decodeEvent('leave/r:1/u:42/1700', 'c1|d:1|99');
    assert.deepEqual(
      [ofUser.roomId, ofUser.userId, ofUser.deviceId, ofUser.connectionId, ofUser.at, ofUser.eventId],
      ['r:1', '42', 'd:1', 'c1', 99, 'leave/r:1/u:42/1700'],
    );
    const ofGuest = decodeEvent('enter/r1/d:phone/1', 'c1|phone|9');
    assert.deepEqual([ofUser.type, ofGuest.type, ofGuest.userId], ['room.leave', 'room.enter', '0']);
  });

  test('reads positions back, and no others', () => {
    const position = { number: 12, streamId: '1700000000000-3' };
    assert.deepEqual(parsePosition(formatPosition(position)), position);
    for (const text of ['', '0', '$', '12', '1-2', 'a-1-2', '1-1-2-3', '-1-1-2']) {
      assert.equal(parsePosition(text), undefined, text);
    }
  });
});

describe('what is told', () => {
  test('names an address without user and password', () => {
    assert.equal(addressOf('rediss://me:secret@redis.test:6380/1'), 'rediss://redis.test:6380/1');
    assert.equal(addressOf('no url'), 'an address that is no url');
  });

  test('takes a lost connection and a server in trouble as unavailable, a refused command as our fault', () => {
    const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });
    const codeOf = (error: unknown): string => toStoreError(error).code;
    assert.equal(codeOf(new Error('Command timed out')), 'store-unavailable');
    assert.equal(codeOf(reply('LOADING Redis is loading the dataset in memory')), 'store-unavailable');
    assert.equal(codeOf(reply('OOM command not allowed')), 'store-unavailable');
    assert.equal(codeOf(reply('WRONGTYPE Operation against a key')), 'internal');
    const cause = new Error('x');
    assert.ok(toStoreError(cause) instanceof AppError && toStoreError(cause).cause === cause);
  });
});
