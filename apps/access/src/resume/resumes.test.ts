import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '@longwire/testkit';
import { TurnsWorld } from '../../test/turns-world.ts';

test('what the owner says of a room that is no longer kept is not kept, and its question is not put again', async () => {
  const world = new TurnsWorld(500);
  const viewer = world.enter(0);
  world.join(viewer, 1);
  await settle();
  world.batch(1, { count: 3, isLost: true });
  world.resume(viewer, 1, 3);
  world.leave(viewer, 1);
  world.stop();
  assert.equal(world.answer(1), true);
  await world.clock.advanceAsync(10_000);
  assert.deepEqual([world.historyBytes, world.answer(1)], [0, false]);
  const replies = world.viewers[0]?.storyOf(1).map((line) => line.split('/')[0]);
  assert.deepEqual(replies, ['15', '17', '23'], 'joined, left, and refused since it had left');
});

test('who has left and come back while the owner was asked is refused behind the batch that is under way', async () => {
  const world = new TurnsWorld(1);
  const [other, viewer] = [world.enter(0), world.enter(0)];
  for (const each of [other, viewer]) world.join(each, 1);
  await settle();
  world.batch(1, { count: 1, isLost: true });
  world.resume(viewer, 1, 1);
  world.leave(viewer, 1);
  world.join(viewer, 1);
  viewer.written.length = 0;
  world.batch(1, { count: 1 });
  assert.deepEqual([viewer.written.length, world.fanOutsUnderWay], [0, 1]);
  assert.equal(world.answer(1), true);
  // The answer is heard before the next turn.
  for (let round = 0; round < 20; round += 1) await Promise.resolve();
  assert.deepEqual(
    viewer.storyOf(1).map((line) => line.split('/')[0]),
    ['5', '23'],
  );
  await settle();
  world.stop();
});
