import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import type { AppBase } from '@longwire/runtime';
import type { Clock } from '@longwire/domain';
import { eventually, fakeClock } from '@longwire/testkit';
import { startFakeLongwire } from '../test/fake-longwire.ts';
import { createConsoleApp } from './app.ts';
import { consoleConfig } from './config.ts';

function base(clock: Clock = systemClock()): AppBase {
  const health = createHealth();
  health.setStarted();
  const metrics = createMetricsRegistry();
  return { logger: createSilentLogger(), metrics, health, clock, nodeName: 'console-1' };
}

async function open(clock?: Clock) {
  const fake = await startFakeLongwire();
  const config = loadConfig(consoleConfig, {
    LONGWIRE_CONSOLE_PORT: '0',
    LONGWIRE_API_KEY: 'the-key',
    LONGWIRE_CONSOLE_CONTROL_URL: fake.url,
    LONGWIRE_CONSOLE_SERVICE_URL: fake.url,
  });
  const given = base(clock);
  const app = createConsoleApp(config, given);
  await app.start(new AbortController().signal);
  const { console: url } = app.describe();
  const post = async (path: string, body: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    fake,
    url,
    post,
    health: given.health,
    [Symbol.asyncDispose]: async () => {
      await app.stop();
      await fake[Symbol.asyncDispose]();
    },
  };
}

const VIEWER = { roomId: '1000', userId: 'u1', deviceId: 'd1', userName: 'Ada' };

test('gives the page a token, nodes and the time, and keeps the API key to itself', async () => {
  await using opened = await open();
  const { post, fake } = opened;
  const { status, body } = await post('/api/connect', VIEWER);
  assert.equal(status, 200);
  assert.equal(body['token'], 'a-token');
  assert.deepEqual(body['nodes'], [{ nodeId: 'access-1', ws: 'ws://127.0.0.1:1/sub' }]);
  assert.equal(typeof body['now'], 'number');
  assert.doesNotMatch(JSON.stringify(body), /the-key/);
  const [call] = fake.calls;
  assert.deepEqual(call?.body, { userId: 'u1', deviceId: 'd1', roomId: '1000', platform: 'web' });
  assert.equal(call?.headers['authorization'], 'Bearer the-key');
});

for (const [what, change, field] of [
  ['a room id with a blank', { roomId: 'a b' }, 'roomId'],
  ['no name', { userName: '  ' }, 'userName'],
  ['a field it does not know', { admin: true }, 'admin'],
] as const) {
  test(`refuses a connect with ${what} and names the field`, async () => {
    await using opened = await open();
    const { status, body } = await opened.post('/api/connect', { ...VIEWER, ...change });
    assert.deepEqual([status, body['field']], [400, field]);
    assert.equal(opened.fake.calls.length, 0);
  });
}

test('tells the page when Longwire is away, busy, or refuses our key, and never why in detail', async () => {
  await using opened = await open();
  const { post, fake } = opened;
  for (const [upstream, answer] of [
    [503, 503],
    [429, 429],
    [401, 500],
  ] as const) {
    fake.answer(() => ({ status: upstream, body: { detail: 'inner words' }, headers: { 'retry-after': '2' } }));
    const { status, body } = await post('/api/connect', VIEWER);
    assert.equal(status, answer);
    assert.doesNotMatch(JSON.stringify(body), /inner words|the-key/);
  }
});

test('each button is one push: to a user, a zone, everybody, and 200 to a room', async () => {
  await using opened = await open();
  const { post, fake } = opened;
  assert.equal((await post('/api/demo/pk-invite', { userId: 'u1', roomId: '1000' })).status, 202);
  assert.equal((await post('/api/demo/zone-notice', { roomId: '1000' })).status, 202);
  assert.equal((await post('/api/demo/global-notice', {})).status, 202);
  const bodies = fake.calls.map(({ method, path, body }) => [method, path, (body as { target?: unknown }).target]);
  assert.deepEqual(bodies, [
    ['POST', '/v1/push', { kind: 'user', userIds: ['u1'] }],
    ['PUT', '/v1/rooms/1000', undefined],
    ['POST', '/v1/push', { kind: 'zone', zoneId: 'demo' }],
    ['POST', '/v1/push', { kind: 'all' }],
  ]);
  const [invite] = fake.calls;
  assert.ok(invite);
  const { lane, ack } = invite.body as { lane: string; ack: boolean };
  assert.deepEqual([lane, ack], ['express', true]);

  fake.calls.length = 0;
  assert.equal((await post('/api/demo/burst', { roomId: '1000' })).status, 202);
  await eventually(() => fake.calls.length === 200);
});

test('a streamer challenges another one, and asks what became of it', async () => {
  await using opened = await open();
  const { post, fake, url } = opened;
  const [ada, mei] = [
    { userId: 'u1', roomId: '1000', name: 'Ada' },
    { userId: 'u2', roomId: '2000', name: 'Mei' },
  ];
  for (const streamer of [ada, mei]) {
    const body = JSON.stringify(streamer);
    const headers = { 'content-type': 'application/json' };
    assert.equal((await fetch(`${url}/api/pk/streamers`, { method: 'POST', headers, body })).status, 204);
  }
  assert.deepEqual(await (await fetch(`${url}/api/pk/streamers`)).json(), [mei, ada]);
  const sent = await post('/api/pk/invites', { fromUserId: 'u1', fromName: 'Ada', roomId: '1000', toUserId: 'u2' });
  assert.deepEqual([sent.status, sent.body['messageId']], [202, 'm1']);
  const [call] = fake.calls;
  assert.ok(call);
  const { target, ack, payload } = call.body as { target: object; ack: boolean; payload: Record<string, unknown> };
  assert.deepEqual([target, ack], [{ kind: 'user', userIds: ['u2'] }, true]);
  assert.deepEqual(
    [payload['rival'], payload['rivalUserId'], payload['expiresAt']],
    ['Ada', 'u1', sent.body['expiresAt']],
  );

  const status = { messageId: 'm1', status: 'delivered', targets: 1, acked: 1, attempts: 2 };
  fake.answer(({ path }) => (path === '/v1/messages/m1' ? { status: 200, body: status } : { status: 404, body: {} }));
  const { messageId: _, ...told } = status;
  assert.deepEqual(await (await fetch(`${url}/api/messages/m1`)).json(), told);
  assert.equal((await fetch(`${url}/api/messages/other`)).status, 404);
});

test('passes on what a page says of its links with the token of the page, not with the API key', async () => {
  await using opened = await open();
  const { fake, url } = opened;
  const body = { nodes: [{ nodeId: 'access-1', connects: 1, failedDials: 0, losses: 0, connectMs: 9, rttMs: 2 }] };
  const report = (authorization: string): Promise<Response> =>
    fetch(`${url}/api/link-quality`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify(body),
    });
  assert.equal((await report('Bearer page-token')).status, 204);
  const [call] = fake.calls;
  assert.deepEqual([call?.path, call?.headers['authorization']], ['/v1/link-quality', 'Bearer page-token']);
  assert.deepEqual(call?.body, body);
  fake.answer(() => ({ status: 401, body: {} }));
  assert.equal((await report('Bearer old-token')).status, 401);
  fake.answer(() => ({ status: 429, body: {}, headers: { 'retry-after': '20' } }));
  const limited = await report('Bearer page-token');
  assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '20']);
});

test('a caller who presses a button without end is told to wait', async () => {
  await using opened = await open(fakeClock());
  const statuses: number[] = [];
  for (let count = 0; count < 25; count += 1) statuses.push((await opened.post('/api/demo/global-notice', {})).status);
  assert.equal(statuses[0], 202);
  assert.equal(statuses.at(-1), 429);
});

test('is ready while it reads the events of service', async () => {
  await using opened = await open();
  const { fake, health } = opened;
  await eventually(() => assert.deepEqual(health.isReady(), { ready: true, reasons: [] }));
  fake.answer(() => ({ status: 503, body: {} }));
  fake.cut();
  await eventually(() => !health.isReady().ready);
  fake.answer(undefined);
  await eventually(() => health.isReady().ready);
});

test('does not start without an API key', () => {
  const config = loadConfig(consoleConfig, {});
  assert.throws(() => createConsoleApp(config, base()), /LONGWIRE_API_KEY is required/);
});
