import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DueHeap } from './due-heap.ts';

test('gives out what is due, the earliest first, and nothing before its time', () => {
  for (let size = 0; size < 60; size += 1) {
    // A spread of times with repeats, in no order.
    const times = Array.from({ length: size }, (_, index) => (index * 37 + size * 11) % 50);
    for (const nowMs of [-1, 0, 17, 50]) {
      const heap = new DueHeap<number>();
      for (const atMs of times) heap.push(atMs, atMs);
      const popped: number[] = [];
      for (let item = heap.popDue(nowMs); item !== undefined; item = heap.popDue(nowMs)) popped.push(item);
      assert.deepEqual(
        popped,
        times.filter((atMs) => atMs <= nowMs).toSorted((a, b) => a - b),
      );
      assert.equal(heap.size, times.length - popped.length);
    }
  }
});

test('what is retained is given out in order, the rest not at all', () => {
  const heap = new DueHeap<number>();
  for (let index = 0; index < 50; index += 1) heap.push((index * 37) % 50, (index * 37) % 50);
  heap.retain((atMs, item) => item % 2 === 0 && atMs >= 10);
  heap.push(11, 11);
  assert.equal(heap.size, 21);
  const popped: number[] = [];
  for (let item = heap.popDue(100); item !== undefined; item = heap.popDue(100)) popped.push(item);
  assert.deepEqual(popped.slice(0, 4), [10, 11, 12, 14]);
  assert.deepEqual(
    popped,
    popped.toSorted((a, b) => a - b),
  );
});
