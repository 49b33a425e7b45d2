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
