import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fakeClock } from './fake-clock.ts';

describe('fake clock', () => {
  test('stands still until it is moved, then moves both clocks', () => {
    const clock = fakeClock(1000);
    assert.equal(clock.now(), 1000);
    clock.advance(250);
    assert.deepEqual([clock.now(), clock.monotonic()], [1250, 250]);
  });

  test('runs timers in order of their time, each at its own moment', () => {
    const clock = fakeClock(0);
    const seen: string[] = [];
    clock.after(30, () => seen.push(`c@${clock.now()}`));
    clock.after(10, () => seen.push(`a@${clock.now()}`));
    clock.after(10, () => seen.push(`b@${clock.now()}`));
    clock.advance(100);
    assert.deepEqual(seen, ['a@10', 'b@10', 'c@30']);
  });

  test('runs a timer that was set by a timer within the same advance', () => {
    const clock = fakeClock(0);
    const seen: number[] = [];
    clock.after(10, () => clock.after(10, () => seen.push(clock.now())));
    clock.advance(20);
    assert.deepEqual(seen, [20]);
  });

  test('repeats a periodic timer until it is cancelled', () => {
    const clock = fakeClock(0);
    const seen: number[] = [];
    const timer = clock.every(10, () => seen.push(clock.now()));
    clock.advance(35);
    timer.cancel();
    timer.cancel();
    clock.advance(100);
    assert.deepEqual(seen, [10, 20, 30]);
    assert.equal(clock.pendingTimers(), 0);
  });

  test('moves the wall clock alone when it jumps', () => {
    const clock = fakeClock(1000);
    clock.advance(5);
    clock.jumpTo(500);
    assert.deepEqual([clock.now(), clock.monotonic()], [500, 5]);
  });

  test('lets promises settle between timers when advanced asynchronously', async () => {
    const clock = fakeClock(0);
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        await new Promise<void>((resolve) => void clock.after(10, resolve));
        seen.push(clock.now());
      }
    };
    const done = loop();
    await clock.advanceAsync(30);
    await done;
    assert.deepEqual(seen, [10, 20, 30]);
  });
});
