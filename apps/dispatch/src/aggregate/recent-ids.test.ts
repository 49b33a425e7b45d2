import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecentIds } from './recent-ids.ts';

test('an id is known for at least the time to keep it, and forgotten later', () => {
  const ids = new RecentIds({ keepMs: 1000, maxIds: 100 }, 0);
  ids.add('a', 900);
  ids.add('b', 1100);
  assert.equal(ids.has('a'), true);
  ids.add('c', 1899);
  assert.equal(ids.has('a'), true);
  ids.add('d', 2200);
  ids.add('e', 3300);
  assert.equal(ids.has('a'), false);
  assert.equal(ids.has('d'), true);
});

test('after a pause longer than twice the time nothing old is known', () => {
  const ids = new RecentIds({ keepMs: 1000, maxIds: 100 }, 0);
  ids.add('a', 10);
  ids.add('b', 5000);
  assert.equal(ids.has('a'), false);
  assert.equal(ids.has('b'), true);
});

test('a flood of ids never holds more than the bound, and keeps the newest half of it', () => {
  const ids = new RecentIds({ keepMs: 1000, maxIds: 100 }, 0);
  for (let index = 0; index < 10_000; index += 1) ids.add(`id-${index}`, 1);
  assert.ok(ids.size <= 100);
  for (let index = 9950; index < 10_000; index += 1) assert.equal(ids.has(`id-${index}`), true);
});
