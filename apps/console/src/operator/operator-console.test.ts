import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig } from '@longwire/runtime';
import { eventually, fakeClock } from '@longwire/testkit';
import type { FakeClock } from '@longwire/testkit';
import { createConsoleApp } from '../app.ts';
import type { ConsoleApp } from '../app.ts';
import { consoleConfig } from '../config.ts';
import { startFakeLongwire } from '../../test/fake-longwire.ts';
import type { Call, FakeLongwire } from '../../test/fake-longwire.ts';
import { createOperatorCluster } from '../../test/operator-cluster.ts';
import { MAX_STREAMS_A_SESSION } from './event-stream-route.ts';

const KEY = 'lwk_0123456789ab_secret';
const cluster = createOperatorCluster({ apiKey: KEY, nodes: 3, processes: 5 });
const usual = (call: Call) => cluster.answer(call);
const OWN = { 'x-longwire-console': '1', 'sec-fetch-site': 'same-origin' };

describe('the server side of the operator console', () => {
  let fake: FakeLongwire;
  let app: ConsoleApp;
  let clock: FakeClock;
  let url: string;

  before(async () => {
    fake = await startFakeLongwire();
    clock = fakeClock();
    const config = loadConfig(consoleConfig, {
      LONGWIRE_CONSOLE_PORT: '0',
      LONGWIRE_API_KEY: 'the-key-of-the-live-room',
      LONGWIRE_CONSOLE_CONTROL_URL: fake.url,
      LONGWIRE_CONSOLE_SERVICE_URL: fake.url,
    });
    const base = {
      logger: createSilentLogger(),
      metrics: createMetricsRegistry(),
      health: createHealth(),
      nodeName: 'c',
    };
    app = createConsoleApp(config, { ...base, clock });
    await app.start(new AbortController().signal);
    ({ console: url } = app.describe());
    fake.answer(usual);
  });
  after(async () => {
    await app.stop();
    await fake[Symbol.asyncDispose]();
  });

  const ask = (
    method: string,
    path: string,
    options: { cookie?: string; body?: string; headers?: Record<string, string> } = {},
  ) =>
    fetch(`${url}/api/operator${path}`, {
      method,
      headers: {
        ...OWN,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: options.body }),
    });
  const trySignIn = (apiKey: string) => ask('POST', '/session', { body: JSON.stringify({ apiKey }) });
  async function signIn(): Promise<string> {
    // Enough for the limit on sign-ins to forget the last ones.
    clock.advance(60_000);
    const response = await trySignIn(KEY);
    assert.equal(response.status, 200);
    return response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }
  const statusOf = async (response: Promise<Response>): Promise<number> => (await response).status;

  test('a known key gives a cookie and its public handle, and never comes back itself', async () => {
    clock.advance(60_000);
    const response = await trySignIn(KEY);
    const cookie = response.headers.get('set-cookie') ?? '';
    assert.match(cookie, /HttpOnly; SameSite=Strict/);
    const body = await response.text();
    assert.equal((JSON.parse(body) as { keyId: string }).keyId, '0123456789ab');
    assert.doesNotMatch(body + cookie, /secret/);
    const again = await ask('GET', '/session', { cookie: cookie.split(';')[0] ?? '' });
    assert.equal(((await again.json()) as { isSignedIn: boolean }).isSignedIn, true);
  });

  test('an unknown key is refused with 401, one that is no key with 400, neither leaves a cookie', async () => {
    clock.advance(60_000);
    for (const [apiKey, status] of [
      ['wrong', 401],
      ['', 400],
      ['with blank', 400],
      ['x'.repeat(513), 400],
    ] as const) {
      const response = await trySignIn(apiKey);
      assert.equal(response.status, status);
      assert.equal(response.headers.get('set-cookie'), null);
    }
  });

  test('guesses are slowed down: the eleventh in a row waits, a right key too', async () => {
    clock.advance(600_000);
    const statuses: number[] = [];
    for (let guess = 0; guess < 10; guess += 1) statuses.push((await trySignIn(`guess-${guess}`)).status);
    assert.deepEqual(new Set(statuses), new Set([401]));
    const limited = await trySignIn(KEY);
    assert.equal(limited.status, 429);
    assert.ok(Number(limited.headers.get('retry-after')) > 0);
    clock.advance(6_000);
    assert.equal((await trySignIn(KEY)).status, 200);
  });

  test('a key that may do little is known all the same; with both tiers away nobody can tell', async () => {
    clock.advance(600_000);
    fake.answer(() => ({ status: 403, body: {} }));
    assert.equal((await trySignIn('weak')).status, 200);
    fake.answer(() => ({ status: 503, body: {} }));
    assert.equal((await trySignIn('weak')).status, 503);
    fake.answer((call) => (call.path === '/v1/online' ? { status: 503, body: {} } : usual(call)));
    assert.equal((await trySignIn(KEY)).status, 200, 'control vouches while service is away');
    fake.answer(usual);
  });

  test('calls are made with the key of who signed in, and not without signing in', async () => {
    assert.equal(await statusOf(ask('GET', '/control/v1/admin/nodes')), 401);
    const cookie = await signIn();
    fake.calls.length = 0;
    const response = await ask('GET', '/control/v1/admin/nodes', { cookie });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(((await response.json()) as { nodes: unknown[] }).nodes.length, 3);
    assert.equal(fake.calls[0]?.headers['authorization'], `Bearer ${KEY}`);
    assert.equal(fake.calls[0]?.headers['cookie'], undefined);
  });

  test('only what is on the list is passed on, with nothing smuggled into path or query', async () => {
    const cookie = await signIn();
    fake.calls.length = 0;
    for (const [method, path, status] of [
      ['GET', '/service/metrics', 404],
      ['GET', '/service/v1/rooms/1000', 404],
      ['POST', '/control/v1/connect', 404],
      ['DELETE', '/control/v1/admin/nodes/access-1', 404],
      ['POST', '/service/v1/admin/nodes/access-1/drain', 404],
      ['POST', '/control/v1/admin/nodes/%2e%2e/drain', 404],
      ['POST', '/control/v1/admin/nodes/..%2f..%2fconnect/drain', 400],
      ['GET', '/service/v1/users/a%3fb/presence', 400],
      ['GET', '/service/v1/admin/rooms?sort=online&evil=1', 400],
      ['GET', '/service/v1/admin/overview?x=1', 400],
    ] as const) {
      assert.equal(await statusOf(ask(method, path, { cookie })), status, `${method} ${path}`);
    }
    assert.equal(fake.calls.length, 0);
    assert.equal(await statusOf(ask('GET', '/service/v1/admin/rooms?sort=rate&limit=9', { cookie })), 200);
    assert.equal(fake.calls[0]?.path, '/v1/admin/rooms?sort=rate&limit=9');
  });

  test('a page of another site can neither sign in, call, nor sign out', async () => {
    const cookie = await signIn();
    fake.calls.length = 0;
    const foreign = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'x-longwire-console': '' },
    ];
    for (const headers of foreign) {
      for (const [method, path] of [
        ['GET', '/control/v1/admin/nodes'],
        ['POST', '/control/v1/admin/nodes/access-1/eject'],
        ['GET', '/service/v1/events'],
        ['GET', '/session'],
        ['DELETE', '/session'],
      ] as const) {
        assert.equal(await statusOf(ask(method, path, { cookie, headers })), 403, `${method} ${path}`);
      }
      assert.equal(await statusOf(ask('POST', '/session', { body: JSON.stringify({ apiKey: KEY }), headers })), 403);
    }
    assert.equal(fake.calls.length, 0);
    assert.equal(await statusOf(ask('GET', '/control/v1/admin/nodes', { cookie })), 200, 'still signed in');
  });

  test('a refusal of a tier comes through with its words, a body of 64 KiB and its long numbers unchanged', async () => {
    const cookie = await signIn();
    const unknown = await ask('POST', '/control/v1/admin/nodes/access-9/drain', { cookie });
    assert.equal(unknown.status, 404);
    assert.match(String(unknown.headers.get('content-type')), /problem\+json/);
    assert.equal(((await unknown.json()) as { detail: string }).detail, 'There is no access-9');

    let got = '';
    fake.answer((call) => {
      got = call.text;
      return { status: 202, body: { messageId: 'm' } };
    });
    const body = `{"target":{"kind":"all"},"payload":{"cmd":"X","n":9007199254740993,"text":"${'é'.repeat(32_000)}"}}`;
    assert.equal(await statusOf(ask('POST', '/service/v1/push?trace=true', { cookie, body })), 202);
    assert.equal(got, body);
    fake.answer(usual);
    const large = `{"payload":"${'x'.repeat(300_000)}"}`;
    assert.equal(await statusOf(ask('POST', '/service/v1/push', { cookie, body: large })), 413);
  });

  test('signing out, a revoked key and a long rest all end the session', async () => {
    const isIn = async (cookie: string) => (await statusOf(ask('GET', '/control/v1/admin/nodes', { cookie }))) === 200;
    const out = await signIn();
    const answer = await ask('DELETE', '/session', { cookie: out });
    assert.equal(answer.status, 204);
    assert.match(String(answer.headers.get('set-cookie')), /Max-Age=0/);
    assert.equal(await isIn(out), false);

    const revoked = await signIn();
    fake.answer(() => ({ status: 401, body: {} }));
    assert.equal(await isIn(revoked), false);
    fake.answer(usual);
    assert.equal(await isIn(revoked), false, 'gone for good');

    const idle = await signIn();
    clock.advance(29 * 60_000);
    assert.equal(await isIn(idle), true);
    clock.advance(30 * 60_000);
    assert.equal(await isIn(idle), false);
  });

  test('events come through as they are, from where the reader was; the stream ends with the session, by rest too', async () => {
    const cookie = await signIn();
    fake.opened.length = 0;
    const headers = { 'last-event-id': '17-1' };
    const stream = await ask('GET', '/service/v1/events?types=room.enter', { cookie, headers });
    assert.equal(stream.status, 200);
    assert.match(String(stream.headers.get('content-type')), /^text\/event-stream/);
    await eventually(() => fake.opened.some(({ lastEventId }) => lastEventId === '17-1'));
    fake.emit('id: 18-1\ndata: {"type":"room.enter"}\n\n');
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('room.enter')) text += (await reader?.read())?.value ?? '';
    assert.match(text, /id: 18-1/);
    clock.advance(31 * 60_000);
    while ((await reader?.read())?.done === false);
  });

  test(`a session has at most ${MAX_STREAMS_A_SESSION} event streams, and gets its places back`, async () => {
    const cookie = await signIn();
    const cuts = Array.from({ length: MAX_STREAMS_A_SESSION }, () => new AbortController());
    const openOne = (signal: AbortSignal) =>
      fetch(`${url}/api/operator/service/v1/events?types=uplink`, { headers: { ...OWN, cookie }, signal });
    // Kept in sight: `fetch` cancels the stream of an answer that nobody holds any more, whenever that is noticed.
    const held: Response[] = [];
    for (const { signal } of cuts) held.push(await openOne(signal));
    const refused = await ask('GET', '/service/v1/events', { cookie });
    assert.deepEqual(
      [...held, refused].map(({ status }) => status),
      [200, 200, 200, 200, 429],
    );
    cuts[0]?.abort();
    const late = new AbortController();
    await eventually(async () => (await openOne(late.signal)).status === 200);
    for (const cut of [...cuts, late]) cut.abort();
  });
});
