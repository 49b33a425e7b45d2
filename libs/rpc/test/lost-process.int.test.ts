import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type NodeIncarnation, type SessionReport, trustedId } from '@longwire/domain';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
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
  const client = openLogicClient({ addresses, logger: createSilentLogger(), random: () => 0 });
  cleanups.push(() => client.close());
  let signals = 0;
  const link = client.openSessionLink(node, { onResync: () => (signals += 1) });
  return { client, link, signals: () => signals };
}

test('kill -9 and a new process on the same port: the line is up again within 3 s', async () => {
  const { child, address } = await startProcess();
  const { client, link, signals } = openClient([address]);
  await eventually(() => signals() === 1);
  assert.equal(await link.report(renewal), 'applied');
  child.kill('SIGKILL');
  await eventually(async () => (await link.report(renewal)) === 'unavailable');
  await eventually(() => !client.isAvailable());
  await startProcess(address.split(':')[1]);
  const backAt = performance.now();
  await eventually(() => signals() === 2);
  assert.equal(await link.report(renewal), 'applied');
  assert.ok(performance.now() - backAt < 3_000);
});

test('a stopped process is given up within 5 s for the next address, and a call to it takes at most 2 s', async () => {
  const [stopped, well] = [await startProcess(), await startProcess()];
  const { client, link, signals } = openClient([stopped.address, well.address]);
  await eventually(() => signals() === 1);
  assert.equal(await link.report(renewal), 'applied');
  stopped.child.kill('SIGSTOP');
  const stoppedAt = performance.now();
  const unanswered = link.report(renewal);
  assert.deepEqual(await client.totals(), { connections: 0, users: 0, rooms: 0 });
  assert.ok(performance.now() - stoppedAt < 2_000);
  assert.equal(await unanswered, 'unavailable');
  await eventually(async () => (await link.report(renewal)) === 'applied');
  assert.ok(performance.now() - stoppedAt < 5_000);
});

test('a stopped process that is the only one is noticed within 5 s without a call, and used again when it goes on', async () => {
  const { child, address } = await startProcess();
  const { client, link, signals } = openClient([address]);
  await eventually(() => signals() === 1 && client.isAvailable());
  child.kill('SIGSTOP');
  const stoppedAt = performance.now();
  await eventually(() => !client.isAvailable());
  assert.ok(performance.now() - stoppedAt < 5_000);
  assert.equal(await link.report(renewal), 'unavailable');
  child.kill('SIGCONT');
  await eventually(async () => client.isAvailable() && (await link.report(renewal)) === 'applied');
});
