import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { EventTail } from './event-tail.ts';

const LONG = { waitMs: 3600_000 };
const APPENDED = [['log', []]];

/** A blocking connection whose reads end when the test says so, and a tail on it. */
function tailUnderTest(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const reads: { readonly after: unknown; readonly end: (reply: unknown) => void; readonly fail: () => void }[] = [];
  const blocking = {
    call: (...args: readonly unknown[]): Promise<unknown> => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      reads.push({ after: args.at(-1), end: resolve, fail: () => reject(new Error('gone')) });
      return promise;
    },
    drop: () => reads.at(-1)?.fail(),
  };
  const tail = new EventTail(blocking);
  const woken: string[] = [];
  /** Notes the name in `woken` when the wait is over. */
  const wait = (name: string, after: string, options: Parameters<EventTail['waitForMore']>[1] = LONG): void =>
    void tail.waitForMore(after, options).then(() => woken.push(name));
  const elapse = async (ms: number): Promise<void> => {
    await settle();
    t.mock.timers.tick(ms);
    await settle();
  };
  return { reads, woken, wait, elapse, last: () => reads.at(-1) };
}

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('many waiters share one read, which starts after the lowest of their ids and wakes them all', async (t) => {
  const { reads, woken, wait, elapse, last } = tailUnderTest(t);
  wait('first', '9-10');
  wait('second', '9-11');
  wait('third', '10-1');
  last()?.end(null);
  await settle();
  wait('fourth', '9-10');
  assert.deepEqual(
    reads.map(({ after }) => after),
    ['9-10', '9-10'],
  );
  assert.deepEqual(woken, []);
  last()?.end(APPENDED);
  await elapse(1000);
  assert.deepEqual(woken, ['first', 'second', 'third', 'fourth']);
  assert.equal(reads.length, 2);
});

test('the read begins anew for a waiter who is behind it', async (t) => {
  const { reads, wait, elapse } = tailUnderTest(t);
  wait('ahead', '9-10');
  wait('behind', '9-9');
  await elapse(0);
  wait('behind again', '9-9');
  await elapse(1000);
  assert.deepEqual(
    reads.map(({ after }) => after),
    ['9-10', '9-9'],
  );
});

test('a busy log wakes at once, then at most every 50 ms', async (t) => {
  const { reads, woken, wait, elapse, last } = tailUnderTest(t);
  wait('first', '1-0');
  last()?.end(APPENDED);
  await settle();
  assert.deepEqual(woken, ['first']);
  wait('second', '2-0');
  await elapse(49);
  assert.equal(reads.length, 1);
  await elapse(1);
  assert.deepEqual([reads.length, last()?.after], [2, '2-0']);
});

test('a wait ends with its time, and with its signal, while the read hangs', async (t) => {
  const { reads, woken, wait, elapse } = tailUnderTest(t);
  const stop = new AbortController();
  wait('timed', '1-0', { waitMs: 100 });
  wait('stopped', '1-0', { ...LONG, signal: stop.signal });
  await elapse(99);
  assert.deepEqual(woken, []);
  await elapse(1);
  assert.deepEqual(woken, ['timed']);
  stop.abort();
  await settle();
  assert.deepEqual(woken, ['timed', 'stopped']);
  wait('late', '1-0', { ...LONG, signal: stop.signal });
  await settle();
  assert.deepEqual([woken.at(-1), reads.length], ['late', 1]);
});

test('a read that fails wakes, and is tried again ever more slowly, at least twice a second', async (t) => {
  const { reads, woken, wait, elapse, last } = tailUnderTest(t);
  wait('reader', '1-0');
  for (let failures = 1; failures <= 20; failures += 1) {
    assert.equal(reads.length, failures);
    last()?.fail();
    await settle();
    assert.equal(woken.length, failures);
    wait('reader', '1-0');
    await elapse(Math.min(50 * failures, 500) - 1);
    assert.equal(reads.length, failures);
    await elapse(1);
  }
});

test('nothing is read while nobody waits', async (t) => {
  const { reads, wait, elapse, last } = tailUnderTest(t);
  wait('only', '1-0', { waitMs: 10 });
  await elapse(10);
  last()?.end(null);
  await elapse(60_000);
  assert.equal(reads.length, 1);
  wait('next', '1-0');
  assert.equal(reads.length, 2);
});
