import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type NodeIncarnation, type SessionReport, trustedId } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually, fakeClock } from '@longwire/testkit';
import { openLogicClient } from '../src/index.ts';

const node: NodeIncarnation = { nodeId: trustedId('access-1'), incarnation: 7 };
const renewal: SessionReport = { type: 'changes', changes: [], uplinks: [] };
const cleanups: (() => unknown)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function startProcess(port = '0'): Promise<{ child: ChildProcess; address: string }> {
  const child = fork(fileURLToPath(new URL('logic-process.ts', import.meta.url)), [port], { execArgv: [] });
  cleanups.push(() => child.kill('SIGKILL'));
  const [address] = (await once(child, 'message')) as [string];
  return { child, address };
}

function openClient(addresses: readonly string[]) {
  const clock = fakeClock();
  const client = openLogicClient({ addresses, logger: createSilentLogger(), random: () => 0, clock });
  cleanups.push(() => client.close());
  let signals = 0;
  const link = client.openSessionLink(node, { onResync: () => (signals += 1) });
  return { client, clock, link, signals: () => signals };
}

// The times of the client go by a clock that the tests move: what they show does not hang on the speed of the machine.
const patiently = { timeoutMs: 30_000 };
const STEP_MS = 500;

test('kill -9 and a new process on the same port: the line is up again by itself', async () => {
  const { child, address } = await startProcess();
  const { client, clock, link, signals } = openClient([address]);
  await eventually(() => signals() === 1, patiently);
  assert.equal(await link.report(renewal), 'applied');
  child.kill('SIGKILL');
  await eventually(async () => (await link.report(renewal)) === 'unavailable', patiently);
  await eventually(() => !client.isAvailable(), patiently);
  await startProcess(address.split(':')[1]);
  const isUpAgain = (): boolean => {
    clock.advance(STEP_MS);
    return signals() >= 2;
  };
  await eventually(isUpAgain, { ...patiently, everyMs: STEP_MS });
  await eventually(async () => (await link.report(renewal)) === 'applied', patiently);
});

test('a stopped process that owes an answer for 3 s is given up for the next address, and a call to it goes there at once', async () => {
  const [stopped, well] = [await startProcess(), await startProcess()];
  const { client, clock, link, signals } = openClient([stopped.address, well.address]);
  await eventually(() => signals() === 1, patiently);
  assert.equal(await link.report(renewal), 'applied');
  stopped.child.kill('SIGSTOP');
  const unanswered = link.report(renewal);
  await eventually(
    async () => assert.deepEqual(await client.totals(), { connections: 0, users: 0, rooms: 0 }),
    patiently,
  );
  clock.advance(3000);
  assert.equal(await unanswered, 'unavailable');
  const isServedAgain = async (): Promise<boolean> => {
    clock.advance(STEP_MS);
    return (await link.report(renewal)) === 'applied';
  };
  await eventually(isServedAgain, { ...patiently, everyMs: STEP_MS });
  assert.ok(signals() >= 2);
});

test('a stopped process that is the only one is noticed without a call, and used again when it goes on', async () => {
  const { child, address } = await startProcess();
  const { client, clock, link, signals } = openClient([address]);
  await eventually(() => signals() === 1 && client.isAvailable(), patiently);
  child.kill('SIGSTOP');
  clock.advance(1000);
  await eventually(() => !client.isAvailable(), patiently);
  child.kill('SIGCONT');
  const isUsedAgain = async (): Promise<boolean> => {
    clock.advance(STEP_MS);
    return client.isAvailable() && (await link.report(renewal)) === 'applied';
  };
  await eventually(isUsedAgain, { ...patiently, everyMs: STEP_MS });
});
