import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { KeepAlive } from './keep-alive.ts';
import type { RunningProcess } from './keep-alive.ts';

interface FakeProcess extends RunningProcess {
  die(how: string): void;
  isStopped: boolean;
}

function fakeProcess(pid: number): FakeProcess {
  const { promise: exited, resolve: die } = Promise.withResolvers<string>();
  const stop = async (): Promise<void> => {
    process_.isStopped = true;
    die('was stopped');
  };
  const process_: FakeProcess = { pid, exited, die, isStopped: false, stop };
  return process_;
}

const SOON_MS = 1000;
const goesOn = new AbortController().signal;

function fixture(launches: (number: number) => FakeProcess | Error) {
  const started: FakeProcess[] = [];
  const lost: string[] = [];
  const ready: number[] = [];
  let count = 0;
  const kept = new KeepAlive({
    name: 'x',
    launch: async () => {
      count += 1;
      const outcome = launches(count);
      if (outcome instanceof Error) throw outcome;
      started.push(outcome);
      return outcome;
    },
    onReady: (pid) => ready.push(pid),
    onLost: (how) => lost.push(how),
  });
  return { kept, started, lost, ready };
}

test('a process that dies is started again and reported with its new id', async () => {
  const { kept, started, lost, ready } = fixture(fakeProcess);
  await kept.start(goesOn);
  started[0]?.die('was ended by SIGKILL');
  await eventually(() => assert.deepEqual(ready, [1, 2]));
  assert.deepEqual(lost, ['was ended by SIGKILL']);
  await kept.stop(SOON_MS);
  assert.equal(started[1]?.isStopped, true);
});

test('a restart that fails is tried again', async () => {
  const { kept, started, ready, lost } = fixture((count) =>
    count === 2 ? new Error('port taken') : fakeProcess(count),
  );
  await kept.start(goesOn);
  started[0]?.die('gone');
  await eventually(() => assert.deepEqual(ready, [1, 3]));
  assert.deepEqual(lost, ['gone', 'port taken']);
  await kept.stop(SOON_MS);
});

test('a first start that fails is the caller’s to judge', async () => {
  const { kept, ready } = fixture(() => new Error('no redis'));
  await assert.rejects(kept.start(goesOn), /no redis/);
  assert.deepEqual(ready, []);
  await kept.stop(SOON_MS);
});

test('a process that is stopped is not started again', async () => {
  const { kept, started, lost } = fixture(fakeProcess);
  await kept.start(goesOn);
  await kept.stop(SOON_MS);
  assert.equal(started.length, 1);
  assert.deepEqual(lost, []);
});

/** What is never ready, until nobody wants it any more. */
const hung = (signal: AbortSignal): Promise<RunningProcess> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('not wanted'))));

test('a first start that nobody wants any more is given up', async () => {
  const kept = new KeepAlive({ name: 'x', launch: hung, onReady: () => undefined, onLost: () => undefined });
  const stopping = new AbortController();
  const starting = kept.start(stopping.signal);
  stopping.abort();
  await assert.rejects(starting, /not wanted/);
});

test('a stop does not wait for a restart that is under way', async () => {
  const first = fakeProcess(1);
  const lost: string[] = [];
  let launches = 0;
  const launch = (signal: AbortSignal): Promise<RunningProcess> => {
    launches += 1;
    return launches === 1 ? Promise.resolve(first) : hung(signal);
  };
  const kept = new KeepAlive({ name: 'x', launch, onReady: () => undefined, onLost: (how) => lost.push(how) });
  await kept.start(goesOn);
  first.die('gone');
  await eventually(() => launches === 2);
  await kept.stop(SOON_MS);
  assert.deepEqual(lost, ['gone']);
});
