import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock, settle } from '@longwire/testkit';
import { createSilentLogger } from './logger.ts';
import type { LoopOptions } from './loop.ts';
import { startLoop } from './loop.ts';

function run(task: LoopOptions['task'], options: Partial<LoopOptions> = {}) {
  const clock = fakeClock();
  const logger = createSilentLogger();
  const loop = startLoop({ name: 'test', periodMs: 1_000, clock, logger, task, random: () => 0.999_999, ...options });
  return { clock, loop };
}

test('a loop runs at once and then once per period, counted from start to start', async () => {
  const times: number[] = [];
  const { clock, loop } = run(async () => {
    times.push(clock.monotonic());
    const rest = Promise.withResolvers<void>();
    clock.after(300, rest.resolve);
    await rest.promise;
  });
  await clock.advanceAsync(2_500);
  assert.deepEqual(times, [0, 1_000, 2_000]);
  await loop.stop();
});

test('a run that takes longer than the period is never overlapped', async () => {
  let running = 0;
  let most = 0;
  let runs = 0;
  const { clock, loop } = run(async () => {
    runs += 1;
    running += 1;
    most = Math.max(most, running);
    const rest = Promise.withResolvers<void>();
    clock.after(2_500, rest.resolve);
    await rest.promise;
    running -= 1;
  });
  await clock.advanceAsync(7_600);
  assert.equal(most, 1);
  assert.equal(runs, 4);
  const stopped = loop.stop();
  await clock.advanceAsync(2_500);
  await stopped;
});

test('a failing run is tried again after waits that double up to the limit, and the period returns after a success', async () => {
  const times: number[] = [];
  let isBroken = true;
  const { clock, loop } = run(async () => {
    times.push(clock.monotonic());
    if (isBroken) throw new Error('gone');
  });
  await clock.advanceAsync(17_001);
  assert.deepEqual(times.map(Math.round), [0, 1_000, 3_000, 7_000, 12_000, 17_000]);
  isBroken = false;
  times.length = 0;
  await clock.advanceAsync(7_000);
  assert.deepEqual(times.map(Math.round), [22_000, 23_000, 24_000]);
  await loop.stop();
});

test('the jitter after a failure only shortens the wait, to no less than half', async () => {
  const times: number[] = [];
  const options = { random: () => 0 };
  const { clock, loop } = run(async () => {
    times.push(clock.monotonic());
    throw new Error('gone');
  }, options);
  await clock.advanceAsync(1_500);
  assert.deepEqual(times, [0, 500, 1_500]);
  await loop.stop();
});

test('trigger runs an idle loop now, and a busy one once more right after', async () => {
  const rest: (() => void)[] = [];
  let runs = 0;
  const { clock, loop } = run(async () => {
    runs += 1;
    await new Promise<void>((resolve) => rest.push(resolve));
  });
  await settle();
  loop.trigger();
  loop.trigger();
  assert.equal(runs, 1);
  rest.shift()?.();
  await clock.advanceAsync(0);
  assert.equal(runs, 2);
  rest.shift()?.();
  await clock.advanceAsync(10);
  assert.equal(runs, 2);
  loop.trigger();
  await settle();
  assert.equal(runs, 3);
  rest.shift()?.();
  await loop.stop();
});

test('stop aborts the run under way, waits for it, and leaves no timer', async () => {
  let isAborted = false;
  const { clock, loop } = run(async (signal) => {
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    isAborted = true;
  });
  await settle();
  await loop.stop();
  await loop.stop();
  assert.equal(isAborted, true);
  loop.trigger();
  await clock.advanceAsync(5_000);
  assert.equal(clock.pendingTimers(), 0);
});

test('a loop that is stopped in the turn it was started in never runs', async () => {
  let runs = 0;
  const { loop } = run(async () => {
    runs += 1;
  });
  await loop.stop();
  assert.equal(runs, 0);
});

test('a run that fails because it was aborted is not told as a failure', async () => {
  const lines: string[] = [];
  const silent = createSilentLogger();
  const logger = { ...silent, child: () => ({ ...silent, warn: () => lines.push('warn') }) };
  const { loop } = run(
    async (signal) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      throw new Error('aborted');
    },
    { logger },
  );
  await settle();
  await loop.stop();
  assert.deepEqual(lines, []);
});
