import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { MAX_KEYS, RecentKeys } from './recent-keys.ts';

test('a key is known for two minutes from when it was first written, and then let go of', () => {
  const clock = fakeClock();
  const keys = new RecentKeys(clock);
  keys.add('a');
  clock.advance(60_000);
  keys.add('b');
  keys.add('a');
  clock.advance(59_999);
  assert.deepEqual([keys.has('a'), keys.has('b')], [true, true]);
  clock.advance(1);
  assert.deepEqual([keys.has('a'), keys.has('b')], [false, true]);
  keys.add('c');
  assert.equal(keys.size, 2);
  clock.advance(120_000);
  keys.add('d');
  assert.equal(keys.size, 1);
  clock.advance(120_000);
  keys.add('d');
  assert.deepEqual([keys.has('d'), keys.size], [true, 1], 'one that was over is known anew');
});

test('of a flood the last 100,000 are known, the oldest given up first', () => {
  const keys = new RecentKeys(fakeClock());
  const count = 3 * MAX_KEYS;
  for (let index = 0; index < count; index += 1) {
    keys.add(`k${index}`);
    assert.ok(keys.size <= MAX_KEYS);
  }
  assert.equal(keys.size, MAX_KEYS);
  assert.deepEqual([keys.has(`k${count - MAX_KEYS - 1}`), keys.has(`k${count - MAX_KEYS}`)], [false, true]);
});
