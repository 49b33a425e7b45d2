import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stopInOrder } from './stop-in-order.ts';

test('the last group goes first, and what hangs takes its time from those that come after it', async () => {
  let nowMs = 500;
  const stopped: (readonly [string, number])[] = [];
  const part = (name: string, tookMs: number) => ({
    stop: async (withinMs: number): Promise<void> => {
      stopped.push([name, withinMs]);
      await Promise.resolve();
      nowMs += Math.min(tookMs, withinMs);
    },
  });
  const groups = [
    [part('server', 10)],
    [part('control', 10), part('logic', 0)],
    [part('access', 1e9)],
    [part('page', 2)],
  ];
  await stopInOrder(groups, 9000, () => nowMs);
  assert.deepEqual(stopped, [
    ['page', 9000],
    ['access', 8998],
    ['control', 0],
    ['logic', 0],
    ['server', 0],
  ]);
  assert.equal(nowMs, 9500);
});
