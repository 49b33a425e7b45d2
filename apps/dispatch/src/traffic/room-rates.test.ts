import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { MAX_RATED_ROOMS, RoomRates } from './room-rates.ts';

const room = (text: string | number): RoomId => trustedId<RoomId>(String(text));

function open() {
  const clock = fakeClock();
  let unrated = 0;
  const rates = new RoomRates({ clock, onUnrated: () => (unrated += 1) });
  /** One batch of so many messages in each of the next seconds. */
  const pass = (seconds: number, roomId: RoomId, messages: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      rates.noteBatch(roomId, messages);
      clock.advance(1000);
    }
  };
  return { clock, rates, pass, unrated: () => unrated };
}

test('a room that goes on alike has the rate it goes on at, wherever a span begins', () => {
  const { rates, pass } = open();
  pass(5, room('a'), 10);
  for (let second = 0; second < 12; second += 1) {
    pass(1, room('a'), 10);
    const { messagesPerSec, batchesPerSec } = rates.of(room('a'));
    assert.ok(Math.abs(messagesPerSec - 10) < 1e-9, `${messagesPerSec}`);
    assert.ok(Math.abs(batchesPerSec - 1) < 1e-9, `${batchesPerSec}`);
  }
});

test('a room that goes quiet is forgotten within 10 s, and so is what was shed in it', () => {
  const { clock, rates, pass } = open();
  pass(3, room('a'), 10);
  rates.noteShed(room('a'), 'low');
  rates.noteShed(room('a'), 'low');
  rates.noteShed(room('a'), 'normal');
  assert.deepEqual(
    [...rates.of(room('a')).shed],
    [
      ['low', 2],
      ['normal', 1],
    ],
  );
  clock.advance(5000);
  rates.noteShed(room('a'), 'low');
  assert.equal(rates.of(room('a')).shed.get('low'), 3);
  clock.advance(10_000);
  assert.deepEqual(rates.of(room('a')), { messagesPerSec: 0, batchesPerSec: 0, shed: new Map() });
  assert.deepEqual(rates.top(10), []);
  assert.equal(rates.rooms, 0);
});

test('the busiest rooms come first, from the present span and the one before, at most as many as asked for', () => {
  const { clock, rates } = open();
  for (let index = 0; index < 1000; index += 1) rates.noteBatch(room(index), index + 1);
  clock.advance(5000);
  rates.noteBatch(room('new'), 998);
  const top = rates.top(3).map(({ roomId }) => roomId);
  assert.deepEqual(top, ['999', '998', 'new']);
  assert.equal(rates.top(2000).length, 1001);
  assert.deepEqual(
    rates.top(200).map(({ messagesPerSec }) => messagesPerSec),
    rates
      .top(2000)
      .slice(0, 200)
      .map(({ messagesPerSec }) => messagesPerSec),
  );
});

test('20,000 rooms are measured in a span: one more is counted as unrated until the next', () => {
  const { clock, rates, unrated } = open();
  for (let index = 0; index < MAX_RATED_ROOMS; index += 1) rates.noteBatch(room(index), 1);
  assert.deepEqual([rates.rooms, unrated()], [MAX_RATED_ROOMS, 0]);
  rates.noteBatch(room('one-more'), 1);
  rates.noteBatch(room('7'), 1);
  assert.deepEqual([rates.rooms, unrated()], [MAX_RATED_ROOMS, 1]);
  clock.advance(5000);
  rates.noteBatch(room('one-more'), 1);
  assert.equal(unrated(), 1);
});
