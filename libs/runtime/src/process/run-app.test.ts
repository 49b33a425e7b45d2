import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { eventually } from '@longwire/testkit';

const FIXTURE = new URL('run-app.fixture.ts', import.meta.url).pathname;

interface Ready {
  readonly type: string;
  readonly name: string;
  readonly node: string;
  readonly pid: number;
  readonly admin: string;
  readonly door: string;
  readonly ready?: boolean;
}

const children = new Set<ChildProcess>();
after(() => {
  for (const child of children) child.kill('SIGKILL');
});

function launch(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, [FIXTURE, ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  children.add(child);
  const messages: Ready[] = [];
  const output = { stdout: '', stderr: '' };
  child.on('message', (message) => void messages.push(message as Ready));
  child.stdout?.on('data', (chunk: Buffer) => void (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => void (output.stderr += chunk.toString()));
  const closed = once(child, 'close').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  const message = (type: string) =>
    eventually(() => messages.find((candidate) => candidate.type === type) ?? false, {
      what: `message ${type}`,
      timeoutMs: 20_000,
    });
  return { child, output, closed, message, messages };
}

test('a process says ready with its addresses, is ready at its admin door, and SIGTERM ends it in order with exit code 0', async () => {
  const { child, closed, message, messages, output } = launch({ LONGWIRE_NODE_ID: 'demo-7' });
  const ready = await message('ready');
  assert.equal(ready.name, 'demo');
  assert.equal(ready.node, 'demo-7');
  assert.equal(ready.pid, child.pid);
  assert.equal((await fetch(`${ready.door}/openapi.json`)).status, 200);
  assert.deepEqual(await (await fetch(`${ready.admin}/readyz`)).json(), {
    status: 'ready',
    node: 'demo-7',
    reasons: [],
  });
  assert.deepEqual(await (await fetch(`${ready.admin}/healthz`)).json(), { status: 'alive', node: 'demo-7' });
  assert.match(await (await fetch(`${ready.admin}/metrics`)).text(), /^longwire_demo_http_requests_total\{/m);
  child.kill('SIGTERM');
  assert.equal(await closed, 0);
  assert.deepEqual(
    messages.map(({ type, ready: isReady }) => (isReady === undefined ? type : `${type} ${isReady}`)),
    ['ready', 'draining false', 'stopping'],
  );
  assert.equal(output.stderr, '');
});

test('SIGINT ends a process too', async () => {
  const { child, closed, message } = launch();
  await message('ready');
  child.kill('SIGINT');
  assert.equal(await closed, 0);
});

test('a process whose parent is gone ends by itself', async () => {
  const { child, message } = launch();
  await message('ready');
  const exited = once(child, 'exit');
  child.disconnect();
  assert.deepEqual(await exited, [0, null]);
});

test('a process that is asked to end while it starts ends with exit code 0 and says nothing of a failure', async () => {
  const { child, closed, message, output } = launch({ LONGWIRE_TEST_MISBEHAVIOUR: 'hangs-start' });
  await message('hanging');
  child.kill('SIGTERM');
  assert.equal(await closed, 0);
  assert.equal(output.stderr, '');
});

test('a part that hangs in drain is left behind, and the process still stops in order', async () => {
  const { child, closed, message, messages } = launch({ LONGWIRE_TEST_MISBEHAVIOUR: 'hangs-drain' });
  await message('ready');
  child.kill('SIGTERM');
  assert.equal(await closed, 0);
  assert(messages.some(({ type }) => type === 'stopping'));
});

test('a part that fails to stop is logged, and the process still ends well', async () => {
  const { child, closed, message, output } = launch({ LONGWIRE_TEST_MISBEHAVIOUR: 'fails-stop' });
  await message('ready');
  child.kill('SIGTERM');
  assert.equal(await closed, 0);
  assert.match(output.stdout, /component-step-failed/);
});

test('an error that nobody caught is logged and ends the process in order with exit code 1', async () => {
  const { closed, output, messages } = launch({ LONGWIRE_TEST_MISBEHAVIOUR: 'breaks' });
  assert.equal(await closed, 1);
  assert.match(output.stdout, /nobody caught this.*process-broken/);
  assert(messages.some(({ type }) => type === 'stopping'));
});

test('a timer that was left running does not keep a process past its time to stop: the watchdog ends it with exit code 1', async () => {
  const { child, closed, message, output } = launch({ LONGWIRE_TEST_MISBEHAVIOUR: 'leaks' });
  await message('ready');
  child.kill('SIGTERM');
  assert.equal(await closed, 1);
  assert.match(output.stdout, /"resources":\[.*"Timeout".*process-stop-overdue/);
});

test('a taken port is one line on stderr that names it, exit code 1', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  const { closed, output, messages } = launch({ LONGWIRE_TEST_DOOR_PORT: String(port) });
  assert.equal(await closed, 1);
  assert.match(output.stderr, new RegExp(`^longwire demo cannot start: port ${port} of 127.0.0.1 is taken[^\\n]*\\n$`));
  assert(messages.every(({ type }) => type !== 'ready'));
  blocker.close();
});

test('an unreachable server is one line on stderr without its password, exit code 1', async () => {
  const { closed, output } = launch({ LONGWIRE_TEST_MISBEHAVIOUR: 'fails-open' });
  assert.equal(await closed, 1);
  assert.equal(output.stderr, 'longwire demo cannot start: NATS at nats://[redacted]@127.0.0.1:1 does not answer\n');
});

test('a bad config is told fault by fault on stderr, exit code 1', async () => {
  const { closed, output } = launch({ LONGWIRE_TEST_DOOR_PORT: 'x', LONGWIRE_LOG_LEVL: 'debug' });
  assert.equal(await closed, 1);
  assert.deepEqual(output.stderr.trim().split('\n'), [
    'longwire demo: LONGWIRE_LOG_LEVL is not a known setting, did you mean LONGWIRE_LOG_LEVEL?',
    'longwire demo: LONGWIRE_TEST_DOOR_PORT must be a whole number, not "x"',
  ]);
});

test('--check-config and --print-config read the config and start nothing', async () => {
  const check = launch({}, ['--check-config']);
  assert.equal(await check.closed, 0);
  assert.match(check.output.stdout, /the config is valid/);
  const print = launch({ LONGWIRE_TEST_KEY: 'hunter2', LONGWIRE_PORT_OFFSET: '7' }, ['--print-config']);
  assert.equal(await print.closed, 0);
  const printed = JSON.parse(print.output.stdout) as Record<string, unknown>;
  assert.equal(printed['key'], '[redacted]');
  assert.equal(printed['portOffset'], 7);
});

test('an unknown flag is refused', async () => {
  const { closed, output } = launch({}, ['--print']);
  assert.equal(await closed, 1);
  assert.match(output.stderr, /--check-config, --print-config/);
});
