import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpressInbox } from './express-inbox.ts';

test('the first copy is new, the others are counted', () => {
  const inbox = new ExpressInbox();
  assert.deepEqual([inbox.isNew('a'), inbox.isNew('a'), inbox.isNew('b'), inbox.copies], [true, false, true, 1]);
});

test('the last 1,000 ids are kept, the oldest is forgotten', () => {
  const inbox = new ExpressInbox();
  for (let id = 0; id <= 1000; id += 1) inbox.isNew(String(id));
  assert.deepEqual([inbox.isNew('1'), inbox.isNew('0')], [false, true]);
});
