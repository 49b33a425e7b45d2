import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AppError, trustedId } from '@longwire/domain';
import type { ClientEvent, PresenceEvent } from '@longwire/domain';
import { settle } from '@longwire/testkit';
import { createEventOutbox, MAX_KEPT_EVENTS } from './event-outbox.ts';

function enter(id: number): PresenceEvent {
  return {
    type: 'room.enter',
    eventId: `enter/${id}`,
    roomId: trustedId('1000'),
    userId: '0',
    deviceId: trustedId('d1'),
    connectionId: trustedId(`c${id}`),
    at: id,
  };
}

function fixture() {
  const written: string[] = [];
  let isDown = false;
  let calls = 0;
  let dropped = 0;
  let faults = 0;
  const confirmed: string[] = [];
  const outbox = createEventOutbox({
    log: {
      append: async (events: readonly ClientEvent[]) => {
        calls += 1;
        await Promise.resolve();
        if (isDown) throw new AppError('store-unavailable', 'down');
        written.push(...events.map(({ eventId }) => eventId));
      },
    },
    confirm: async (events) => {
      confirmed.push(...events.map(({ eventId }) => eventId));
      await Promise.resolve();
    },
    onDropped: (count) => (dropped += count),
    onAppended: () => undefined,
    onFault: () => (faults += 1),
  });
  return {
    outbox,
    written,
    confirmed,
    setDown: (value: boolean) => void (isDown = value),
    counts: () => ({ calls, dropped, faults }),
  };
}

describe('the way of events into the log', () => {
  test('events are written in the order they came, over a log that was down meanwhile', async () => {
    const { outbox, written, setDown } = fixture();
    outbox.appendLater([enter(1)]);
    await settle();
    setDown(true);
    outbox.appendLater([enter(2)]);
    outbox.appendLater([enter(3)]);
    await settle();
    assert.deepEqual(written, ['enter/1']);
    setDown(false);
    outbox.appendLater([enter(4)]);
    await settle();
    assert.deepEqual(written, ['enter/1', 'enter/2', 'enter/3', 'enter/4']);
    assert.equal(outbox.keptCount(), 0);
  });

  test('at the bound the oldest are dropped and counted', async () => {
    const { outbox, written, setDown, counts } = fixture();
    setDown(true);
    outbox.appendLater(Array.from({ length: MAX_KEPT_EVENTS }, (_, index) => enter(index)));
    await settle();
    outbox.appendLater([enter(-1), enter(-2)]);
    await settle();
    assert.equal(outbox.keptCount(), MAX_KEPT_EVENTS);
    assert.equal(counts().dropped, 2);
    setDown(false);
    await outbox.flush();
    assert.deepEqual([written[0], written.at(-1), written.length], ['enter/2', 'enter/-2', MAX_KEPT_EVENTS]);
  });

  test('an event is confirmed to its store once it is in the log, and not before', async () => {
    const { outbox, confirmed, setDown } = fixture();
    setDown(true);
    outbox.appendLater([enter(1)]);
    await settle();
    assert.deepEqual(confirmed, []);
    setDown(false);
    await outbox.flush();
    assert.deepEqual(confirmed, ['enter/1']);
  });

  test('a store that does not take the confirmation holds up nothing', async () => {
    const written: string[] = [];
    let faults = 0;
    const outbox = createEventOutbox({
      log: { append: async (events) => void written.push(...events.map(({ eventId }) => eventId)) },
      confirm: () => Promise.reject(new AppError('store-unavailable', 'down')),
      onDropped: () => undefined,
      onAppended: () => undefined,
      onFault: () => (faults += 1),
    });
    outbox.appendLater([enter(1)]);
    outbox.appendLater([enter(2)]);
    await outbox.flush();
    assert.deepEqual([written, outbox.keptCount()], [['enter/1', 'enter/2'], 0]);
    assert.ok(faults > 0);
  });

  test('many appends on a log that does not answer make one call to it', async () => {
    let calls = 0;
    const outbox = createEventOutbox({
      log: {
        append: () => {
          calls += 1;
          return new Promise(() => undefined);
        },
      },
      confirm: () => Promise.resolve(),
      onDropped: () => undefined,
      onAppended: () => undefined,
      onFault: () => undefined,
    });
    for (let id = 0; id < 100; id += 1) outbox.appendLater([enter(id)]);
    await settle();
    assert.equal(calls, 1);
    assert.equal(outbox.keptCount(), 100);
  });

  test('a flush with nothing kept asks nothing of the log', async () => {
    const { outbox, counts } = fixture();
    outbox.appendLater([]);
    await outbox.flush();
    assert.equal(counts().calls, 0);
  });
});
