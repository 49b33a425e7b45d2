import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { Supervised } from './supervised.ts';
import type { Started } from './supervised.ts';

const notes: string[] = [];
const started: Supervised[] = [];
after(() => Promise.all(started.map((each) => each.stop())));

function launchSleeper(): Promise<Started> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill();
    await exited;
  };
  return Promise.resolve({ pid: child.pid ?? 0, exited, stop });
}

async function supervise(launch: () => Promise<Started>): Promise<Supervised> {
  const supervised = new Supervised({ name: 'it', launch, onNote: (text) => notes.push(text) });
  started.push(supervised);
  await supervised.start();
  return supervised;
}

test('a killed process comes back, also when a start fails in between', async () => {
  let launches = 0;
  const supervised = await supervise(() => {
    launches += 1;
    return launches === 2 ? Promise.reject(new Error('no luck')) : launchSleeper();
  });
  const first = supervised.pid;
  supervised.kill();
  await eventually(() => supervised.restarts === 1);
  assert.notEqual(supervised.pid, first);
  assert.deepEqual([launches, notes], [3, ['it did not start: no luck']]);
});

test('one that is held down stays down until it is released', async () => {
  const supervised = await supervise(launchSleeper);
  await supervised.holdDown();
  await eventually(() => supervised.pid === undefined);
  assert.equal(supervised.restarts, 0);
  supervised.release();
  await eventually(() => supervised.restarts === 1);
});

test('after a stop nothing is started again', async () => {
  const supervised = await supervise(launchSleeper);
  await supervised.stop();
  assert.deepEqual([supervised.pid, supervised.restarts], [undefined, 0]);
});
