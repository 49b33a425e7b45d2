import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { ClientEvent } from '@longwire/domain';
import { fakeClock, settle } from '@longwire/testkit';
import { createMemoryEventLog } from './index.ts';

const eventOf = (eventId: string): ClientEvent => ({
  type: 'uplink',
  eventId,
  userId: '0',
  deviceId: trustedId('d1'),
  connectionId: trustedId('c1'),
  rooms: [],
  data: {},
  at: 1000,
});

describe('memory event log', () => {
  test('answers with nothing after the wait, and leaves no timer', async () => {
    const clock = fakeClock();
    const log = createMemoryEventLog({ clock });
    let isOver = false;
    const reading = log.readAfter('$', { limit: 10, waitMs: 5000 }).then((page) => {
      isOver = true;
      return page;
    });
    await clock.advanceAsync(4999);
    assert.equal(isOver, false);
    await clock.advanceAsync(1);
    assert.deepEqual((await reading).events, []);
    assert.equal(clock.pendingTimers(), 0);
  });

  test('wakes all who wait, and leaves no timer', async () => {
    const clock = fakeClock();
    const log = createMemoryEventLog({ clock });
    const readers = [1, 2].map(() => log.readAfter('$', { limit: 10, waitMs: 5000 }));
    await settle();
    await log.append([eventOf('e1')]);
    const pages = await Promise.all(readers);
    assert.deepEqual(
      pages.map(({ events }) => events.length),
      [1, 1],
    );
    assert.equal(clock.pendingTimers(), 0);
  });

  test('drops events after a day, and tells who was behind', async () => {
    const clock = fakeClock();
    const log = createMemoryEventLog({ clock });
    await log.append([eventOf('old')]);
    const { events } = await log.readAfter('0', { limit: 1, waitMs: 0 });
    await log.append([eventOf('old too')]);
    clock.advance(24 * 3600_000 + 1);
    await log.append([eventOf('new')]);
    const page = await log.readAfter(events[0]?.position ?? '', { limit: 10, waitMs: 0 });
    assert.deepEqual([page.events.map(({ event }) => event.eventId), page.isGap], [['new'], true]);
  });

  test('tells a position of an earlier run apart', async () => {
    const clock = fakeClock();
    const earlier = createMemoryEventLog({ clock });
    await earlier.append([eventOf('e1')]);
    const { next } = await earlier.readAfter('0', { limit: 1, waitMs: 0 });
    clock.advance(1);
    const log = createMemoryEventLog({ clock });
    await log.append([eventOf('e2'), eventOf('e3')]);
    const page = await log.readAfter(next, { limit: 10, waitMs: 0 });
    assert.deepEqual([page.events.length, page.isGap], [2, true]);
  });
});
