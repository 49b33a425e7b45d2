import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeenIds } from './seen-ids.ts';

test('tells a repeat from the first time', () => {
  const seen = new SeenIds(10);
  assert.deepEqual([seen.isNew('a'), seen.isNew('b'), seen.isNew('a')], [true, true, false]);
});

test('forgets the oldest beyond its capacity', () => {
  const seen = new SeenIds(2);
  for (const id of ['a', 'b', 'c']) seen.isNew(id);
  assert.deepEqual([seen.isNew('c'), seen.isNew('b'), seen.isNew('a')], [false, false, true]);
});
