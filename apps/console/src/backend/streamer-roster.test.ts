import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { createStreamerRoster } from './streamer-roster.ts';

const streamer = (number: number) => ({ userId: `u${number}`, roomId: '1000', name: `S${number}` });

test('knows the last fifty who came, the latest first, each once', () => {
  const roster = createStreamerRoster(fakeClock());
  for (let number = 1; number <= 55; number += 1) roster.note(streamer(number));
  roster.note(streamer(10));
  const ids = roster.list().map(({ userId }) => userId);
  assert.equal(ids.length, 50);
  assert.deepEqual(ids.slice(0, 3), ['u10', 'u55', 'u54']);
  assert.equal(new Set(ids).size, 50);
});

test('forgets who came half an hour ago', async () => {
  const clock = fakeClock();
  const roster = createStreamerRoster(clock);
  roster.note(streamer(1));
  await clock.advanceAsync(30 * 60_000);
  roster.note(streamer(2));
  assert.deepEqual(roster.list(), [streamer(2)]);
});
