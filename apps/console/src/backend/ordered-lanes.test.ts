import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@longwire/testkit';
import { OrderedLanes } from './ordered-lanes.ts';

test('runs tasks of one key one after the other, in the order they were added', async () => {
  const lanes = new OrderedLanes({ laneCount: 4, maxWaiting: 100 });
  const done: number[] = [];
  const first = Promise.withResolvers<void>();
  await lanes.add('a', () => first.promise.then(() => void done.push(1)));
  await lanes.add('a', async () => void done.push(2));
  await settle();
  assert.deepEqual(done, []);
  first.resolve();
  await lanes.idle();
  assert.deepEqual(done, [1, 2]);
});

test('lets other keys pass one that is stuck, up to the number of lanes', async () => {
  const lanes = new OrderedLanes({ laneCount: 16, maxWaiting: 1_000 });
  const stuck = Promise.withResolvers<void>();
  let running = 0;
  for (let key = 0; key < 100; key += 1) {
    await lanes.add(`key-${key}`, () => {
      running += 1;
      return stuck.promise;
    });
  }
  await settle();
  assert.ok(running > 1 && running <= 16, `${running} run at a time`);
  stuck.resolve();
  await lanes.idle();
  assert.equal(running, 100);
});

test('holds the caller back while too many wait', async () => {
  const counts: number[] = [];
  const lanes = new OrderedLanes({ laneCount: 1, maxWaiting: 2, onWaiting: (count) => counts.push(count) });
  const stuck = Promise.withResolvers<void>();
  await lanes.add('a', () => stuck.promise);
  let isAdded = false;
  const second = lanes.add('a', async () => undefined).then(() => (isAdded = true));
  await settle();
  assert.equal(isAdded, false);
  stuck.resolve();
  await second;
  await lanes.idle();
  assert.deepEqual([Math.max(...counts), counts.at(-1)], [2, 0]);
});
