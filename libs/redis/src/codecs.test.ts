import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { addresseeKey, AppError, trustedId } from '@longwire/domain';
import type { Addressee, Session } from '@longwire/domain';
import { formatPosition, parsePosition } from './event-position.ts';
import { decodeAddressee, deliveryMember, splitMember } from './express/message-codec.ts';
import { retryDelays } from './express/retry-delays.ts';
import { leaveEvent } from './presence/presence-events.ts';
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

  test('reads a leave of a user and of a guest', () => {
    const ofUser = leaveEvent('r:1|u:42', '1700|c0|c1|d:1|99');
    assert.deepEqual(
      [ofUser.roomId, ofUser.userId, ofUser.deviceId, ofUser.connectionId, ofUser.at, ofUser.eventId],
      ['r:1', '42', 'd:1', 'c1', 99, 'leave/r:1/u:42/1700'],
    );
    assert.equal(leaveEvent('r1|d:phone', '1|c0|c1|phone|9').userId, '0');
  });

  test('reads addressees back, colons in ids included', () => {
    const all: Addressee[] = [
      { kind: 'user', id: trustedId('a:b') },
      { kind: 'device', id: trustedId('user:x') },
    ];
    for (const addressee of all) {
      const [messageId, key] = splitMember(deliveryMember('m:1', addresseeKey(addressee)));
      assert.deepEqual([messageId, decodeAddressee(key)], ['m:1', addressee]);
    }
  });

  test('reads positions back, and no others', () => {
    const position = { number: 12, streamId: '1700000000000-3' };
    assert.deepEqual(parsePosition(formatPosition(position)), position);
    for (const text of ['', '0', '$', '12', '1-2', 'a-1-2', '1-1-2-3', '-1-1-2']) {
      assert.equal(parsePosition(text), undefined, text);
    }
  });

  test('sends whole delays above 0, the last of them for all later attempts', () => {
    const delays = retryDelays((attempts) => attempts - 0.6);
    assert.deepEqual([delays[0], delays[1], delays.length], [1, 1, 16]);
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
