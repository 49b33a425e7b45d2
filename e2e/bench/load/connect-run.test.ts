import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectRun, describeFaults } from './connect-run.ts';
import type { ConnectListener } from './connect-run.ts';

const QUICK = { retryAfterMs: 1 } as const;

test('so many are under way at a time, and each is opened once when all is well', async () => {
  const opened: number[] = [];
  const waiting: ConnectListener[] = [];
  const run = new ConnectRun({ count: 10, inFlight: 3 }, (offset, listener) => {
    opened.push(offset);
    waiting.push(listener);
  });
  for (let round = 0; round < 10; round += 1) {
    assert.ok(waiting.length <= 3);
    waiting.shift()?.onReady();
  }
  assert.deepEqual(await run.done, { connected: 10, retried: 0, faults: {} });
  assert.deepEqual(opened, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('an attempt that fails is made again, and told by its reason', async () => {
  const attempts = new Map<number, number>();
  const run = new ConnectRun({ count: 4, inFlight: 2, ...QUICK }, (offset, { onReady, onFailed }) => {
    const attempt = (attempts.get(offset) ?? 0) + 1;
    attempts.set(offset, attempt);
    if (offset === 1 && attempt < 3) onFailed('EADDRNOTAVAIL');
    else if (offset === 2) onFailed('ECONNREFUSED');
    else onReady();
  });
  const { connected, retried, faults } = await run.done;
  assert.deepEqual([connected, retried], [3, 4]);
  assert.deepEqual(faults, { EADDRNOTAVAIL: 2, ECONNREFUSED: 3 });
  assert.equal(describeFaults(faults), '2 EADDRNOTAVAIL, 3 ECONNREFUSED');
  assert.deepEqual(
    [0, 1, 2, 3].map((offset) => attempts.get(offset)),
    [1, 3, 3, 1],
  );
});

test('what never becomes ready ends the run once nothing else does, with a reason of its own', async () => {
  const late: ConnectListener[] = [];
  let opened = 0;
  const run = new ConnectRun({ count: 4, inFlight: 2, stallMs: 40, ...QUICK }, (offset, listener) => {
    opened += 1;
    if (offset === 0) listener.onReady();
    else late.push(listener);
  });
  const { connected, faults } = await run.done;
  assert.equal(connected, 1);
  assert.deepEqual(Object.values(faults), [3]);
  assert.match(Object.keys(faults)[0] ?? '', /not ready/);
  // What comes after the end opens nothing more.
  const openedByThen = opened;
  late[0]?.onReady();
  late[1]?.onFailed('closed');
  assert.equal(opened, openedByThen);
});

test('an audience of nobody is there at once', async () => {
  assert.equal((await new ConnectRun({ count: 0, inFlight: 8 }, () => undefined).done).connected, 0);
});
