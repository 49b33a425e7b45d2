import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { ANNOUNCE_EVERY_MS, createAnnouncer } from './announcer.ts';

function open() {
  const clock = fakeClock();
  const said: string[] = [];
  const note = createAnnouncer({
    announce: (text) => said.push(text),
    withMore: (text, more) => `${text} (+${more})`,
    after: (delayMs, task) => void clock.after(delayMs, task),
  });
  return { clock, said, note };
}

test('a quiet room is read out word by word', async () => {
  const { clock, said, note } = open();
  for (const text of ['a', 'b', 'c']) {
    note(text);
    await clock.advanceAsync(ANNOUNCE_EVERY_MS);
  }
  assert.deepEqual(said, ['a', 'b', 'c']);
});

test('of a busy room one sentence at a time is read out, and how many were left out', async () => {
  const { clock, said, note } = open();
  for (let count = 1; count <= 600; count += 1) {
    note(`m${count}`);
    await clock.advanceAsync(ANNOUNCE_EVERY_MS / 200);
  }
  assert.equal(said[0], 'm1');
  assert.equal(said.length, 4);
  assert.match(said[1] ?? '', /^m\d+ \(\+19\d\)$/);
});
