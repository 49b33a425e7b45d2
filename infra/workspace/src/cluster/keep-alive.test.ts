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
  await kept.start();
  started[0]?.die('was ended by SIGKILL');
  await eventually(() => assert.deepEqual(ready, [1, 2]));
  assert.deepEqual(lost, ['was ended by SIGKILL']);
  await kept.stop();
  assert.equal(started[1]?.isStopped, true);
});

test('a restart that fails is tried again', async () => {
  const { kept, started, ready, lost } = fixture((count) =>
    count === 2 ? new Error('port taken') : fakeProcess(count),
  );
  await kept.start();
  started[0]?.die('gone');
  await eventually(() => assert.deepEqual(ready, [1, 3]));
  assert.deepEqual(lost, ['gone', 'port taken']);
  await kept.stop();
});

test('a first start that fails is the caller’s to judge', async () => {
  const { kept, ready } = fixture(() => new Error('no redis'));
  await assert.rejects(kept.start(), /no redis/);
  assert.deepEqual(ready, []);
  await kept.stop();
});

test('a process that is stopped is not started again', async () => {
  const { kept, started, lost } = fixture(fakeProcess);
  await kept.start();
  await kept.stop();
  assert.equal(started.length, 1);
  assert.deepEqual(lost, []);
});
