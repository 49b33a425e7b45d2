import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { PresenceEvent } from '@longwire/domain';
import { EVENTS_STEP, tellUntoldEvents } from './untold-events.ts';

const leave: PresenceEvent = {
  type: 'room.leave',
  eventId: 'leave/1',
  roomId: trustedId('1000'),
  userId: '0',
  deviceId: trustedId('d1'),
  connectionId: trustedId('c1'),
  at: 0,
};
const running = new AbortController().signal;

describe('events that nobody has told yet', () => {
  test('are taken in steps until none is due', async () => {
    let due = 2 * EVENTS_STEP + 7;
    let appended = 0;
    await tellUntoldEvents(
      {
        store: {
          takeEvents: (limit) => {
            const taken = Math.min(limit, due);
            due -= taken;
            return Promise.resolve(Array.from({ length: taken }, () => leave));
          },
        },
        outbox: { appendLater: (events) => void (appended += events.length), flush: () => Promise.resolve() },
      },
      running,
    );
    assert.equal(appended, 2 * EVENTS_STEP + 7);
  });

  test('stay in the store while the log cannot be written', async () => {
    let taken = 0;
    const round = tellUntoldEvents(
      {
        store: {
          takeEvents: () => {
            taken += 1;
            return Promise.resolve([leave]);
          },
        },
        outbox: {
          appendLater: () => undefined,
          flush: () => Promise.reject(new AppError('store-unavailable', 'down')),
        },
      },
      running,
    );
    await assert.rejects(round, { code: 'store-unavailable' });
    assert.equal(taken, 0);
  });
});
