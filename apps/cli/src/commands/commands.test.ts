import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CliFixture } from '../../test/cli-fixture.ts';

const pushed = { messageId: 'm-1', acceptedAt: 1 };
const node = {
  nodeId: 'access-2',
  region: 'eu',
  site: 'a',
  version: '1.0.0',
  state: 'active',
  isLeaving: false,
  weight: 1,
  load: { connections: 1_204, capacity: 10_000, loopDelayMs: 1.25, cpuRatio: 0.313 },
  linkQuality: { reports: 7.5, badRatio: 0.024, connectMs: 40, rttMs: 12.34 },
};

describe('push', () => {
  for (const [args, target] of [
    [['--room', '1'], { kind: 'room', roomId: '1' }],
    [['--user', '1,2'], { kind: 'user', userIds: ['1', '2'] }],
    [['--device', 'd'], { kind: 'device', deviceIds: ['d'] }],
    [['--zone', 'z'], { kind: 'zone', zoneId: 'z' }],
    [['--all'], { kind: 'all' }],
  ] as const) {
    test(`${args.join(' ')} is the target ${target.kind}`, async () => {
      await using fixture = await CliFixture.open({ 'POST /v1/push': pushed });
      const { code, out } = await fixture.run(['push', ...args, '--', '{"cmd":"X","n":1}']);
      assert.deepEqual([code, out], [0, 'accepted as m-1\n']);
      assert.deepEqual(fixture.asked, [
        { method: 'POST', path: '/v1/push', authorization: 'Bearer k1', body: { target, payload: { cmd: 'X', n: 1 } } },
      ]);
    });
  }

  test('bare words are a barrage, and options go along', async () => {
    await using fixture = await CliFixture.open({ 'POST /v1/push': pushed });
    const options = ['--lane', 'express', '--no-ack', '--ttl', '1.5s', '--idempotency-key', 'i', '--trace'];
    const { out } = await fixture.run(['push', 'hello there', '--user', '7', ...options, '--json']);
    assert.deepEqual(JSON.parse(out), pushed);
    const [{ path, body } = { path: '', body: {} }] = fixture.asked;
    assert.equal(path, '/v1/push?trace=true');
    const payload = { cmd: 'DANMU_MSG', name: 'longwire', text: 'hello there' };
    const target = { kind: 'user', userIds: ['7'] };
    assert.deepEqual(body, { target, payload, lane: 'express', ack: false, ttlMs: 1_500, idempotencyKey: 'i' });
  });

  test('a payload from stdin; one without cmd, or that is no JSON, is refused before it is sent', async () => {
    await using fixture = await CliFixture.open({ 'POST /v1/push': pushed });
    assert.equal((await fixture.run(['push', '-', '--all'], { stdin: ' {"cmd":"Y"}' })).code, 0);
    assert.deepEqual(fixture.asked[0]?.body, { target: { kind: 'all' }, payload: { cmd: 'Y' } });
    assert.match((await fixture.run(['push', '{"n":1}', '--all'])).err, /no string "cmd"/);
    assert.match((await fixture.run(['push', '{"cmd":', '--all'])).err, /is no JSON/);
    assert.match((await fixture.run(['push', '@/nowhere/x', '--all'])).err, /cannot be read/);
    assert.match((await fixture.run(['push', '-', '--all'], { stdin: 'words' })).err, /holds no JSON object/);
    assert.equal(fixture.asked.length, 1);
  });

  test('--wait tells how it ended: expired is a failure', async () => {
    let asks = 0;
    await using fixture = await CliFixture.open({
      'POST /v1/push': pushed,
      'GET /v1/messages/m-1': (response) => {
        asks += 1;
        const status = asks === 1 ? 'pending' : 'expired';
        response.end(JSON.stringify({ messageId: 'm-1', status, targets: 2, acked: 1, attempts: 5 }));
      },
    });
    const { code, out, err } = await fixture.run(['push', 'hi', '--user', '1', '--wait']);
    assert.deepEqual([code, asks], [1, 2]);
    assert.equal(out, 'm-1 expired: acked by 1 of 2, sent 5 times\n');
    assert.match(err, /^accepted as m-1; waiting until it is acked or expires\n.*expired before everyone acked it/s);
  });
});

describe('nodes', () => {
  test('is a table, and with --json the answer itself', async () => {
    const answer = { version: 3, nodes: [{ ...node, nodeId: 'access-10', state: 'draining' }, node] };
    await using fixture = await CliFixture.open({ 'GET /v1/admin/nodes': answer });
    const { out } = await fixture.run(['nodes']);
    const [head = '', first = '', second = ''] = out.split('\n');
    assert.match(head, /^NODE +STATE +REGION +SITE +CONNECTIONS +FULL +CPU +LOOP +LINK +WEIGHT +VERSION$/);
    assert.match(first, /^access-2 +active +eu +a +1,204 +12% +31% +1\.3 ms +12\.3 ms, 2% bad +1 +1\.0\.0$/);
    assert.match(second, /^access-10 +draining/);
    assert.deepEqual(JSON.parse((await fixture.run(['nodes', '--json'])).out), answer);
  });

  test('a link that nobody told of is a dash, one without a round trip is told by its bad reports', async () => {
    const linkOf = async (linkQuality?: object | null): Promise<string | undefined> => {
      const answer = { version: 1, nodes: [{ ...node, linkQuality }] };
      await using fixture = await CliFixture.open({ 'GET /v1/admin/nodes': answer });
      return / ms +(\S.*?) +1 +1\.0\.0$/m.exec((await fixture.run(['nodes'])).out)?.[1];
    };
    assert.equal(await linkOf(null), '-');
    assert.equal(await linkOf(undefined), '-');
    assert.equal(await linkOf({ reports: 1, badRatio: 1, connectMs: null, rttMs: null }), '100% bad');
  });

  test('colours are for terminals that have them', async () => {
    await using fixture = await CliFixture.open({ 'GET /v1/admin/nodes': { version: 1, nodes: [node] } });
    assert.ok((await fixture.run(['nodes'], { hasColors: true })).out.includes('\u001b[32mactive\u001b[39m'));
    assert.ok(!(await fixture.run(['nodes'])).out.includes('\u001b'));
  });

  test('--watch ends with 0 when it is interrupted, and leaves the terminal as it was', async () => {
    await using fixture = await CliFixture.open({ 'GET /v1/admin/nodes': { version: 1, nodes: [node] } });
    const stop = new AbortController();
    const onOut = (out: string): void => (out.includes('access-2') ? stop.abort() : undefined);
    const { code, out } = await fixture.run(['nodes', '--watch'], { isTerminal: true, signal: stop.signal, onOut });
    assert.equal(code, 0);
    assert.ok(
      out.startsWith('\u001b[?1049h\u001b[?25l') && out.endsWith('\u001b[?25h\u001b[?1049l'),
      JSON.stringify(out),
    );
  });
});

test('a wait that is interrupted is 130: nobody knows how it would have ended', async () => {
  const stop = new AbortController();
  await using fixture = await CliFixture.open({
    'GET /v1/messages/m-1': (response) => {
      response.end(JSON.stringify({ messageId: 'm-1', status: 'pending', targets: 1, acked: 0, attempts: 1 }));
      stop.abort();
    },
  });
  const { code, out } = await fixture.run(['status', 'm-1', '--wait'], { signal: stop.signal });
  assert.deepEqual([code, out], [130, '']);
});

test('nodes --watch goes on while control is away, once it was there', async () => {
  let asks = 0;
  await using fixture = await CliFixture.open({
    'GET /v1/admin/nodes': (response) => {
      asks += 1;
      response.writeHead(asks === 2 ? 503 : 200).end(JSON.stringify({ version: asks, nodes: [] }));
    },
  });
  const stop = new AbortController();
  const onOut = (out: string): void => (out.includes('"version":3') ? stop.abort() : undefined);
  const { code, out } = await fixture.run(['nodes', '--watch', '--json'], { signal: stop.signal, onOut });
  assert.deepEqual([code, out.trim().split('\n').length, asks], [0, 2, 3]);
});

describe('drain', () => {
  /** Connections fall by 40 with each look. */
  async function draining(from: number): Promise<CliFixture> {
    let left = from;
    const view = () => ({ ...node, nodeId: 'a', state: 'draining', load: { ...node.load, connections: left } });
    return CliFixture.open({
      'POST /v1/admin/nodes/a/drain': view(),
      'GET /v1/admin/nodes': (response) => {
        response.end(JSON.stringify({ version: 1, nodes: [view()] }));
        left = Math.max(0, left - 40);
      },
    });
  }

  test('follows until the node is empty', async () => {
    await using fixture = await draining(80);
    const { code, out } = await fixture.run(['drain', 'a', '--yes']);
    assert.equal(code, 0);
    assert.match(
      out,
      /^a {2}80 of 80 connections left\na {2}40 of 80.*\na {2}0 of 80.*\na is empty: 80 connections left in/,
    );
  });

  test('as lines of JSON, and as a bar on a terminal', async () => {
    await using fixture = await draining(40);
    const lines = (await fixture.run(['drain', 'a', '--yes', '--json'])).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    assert.deepEqual(lines.slice(0, 2), [
      { type: 'progress', nodeId: 'a', connections: 40, of: 40 },
      { type: 'progress', nodeId: 'a', connections: 0, of: 40 },
    ]);
    await using other = await draining(40);
    const { out } = await other.run(['drain', 'a', '--yes'], { isTerminal: true });
    assert.match(out, /\r░+ {3}0% {2}a {2}40 of 40 connections left.*\r█+ 100%/s);
  });

  test('gives up following after --timeout, and says that the drain goes on', async () => {
    await using fixture = await draining(1_000_000);
    const { code, err } = await fixture.run(['drain', 'a', '--yes', '--timeout', '0ms']);
    assert.equal(code, 1);
    assert.match(err, /still has 1,000,000 connections\n {2}It goes on draining/);
  });

  test('interrupted it is 130, and says so', async () => {
    await using fixture = await draining(1_000_000);
    const stop = new AbortController();
    const { code, err } = await fixture.run(['drain', 'a', '--yes'], {
      signal: stop.signal,
      onOut: () => stop.abort(),
    });
    assert.equal(code, 130);
    assert.match(err, /a goes on draining\n.*longwire restore a/);
  });

  test('a node that is away is not followed', async () => {
    await using fixture = await CliFixture.open({ 'POST /v1/admin/nodes/a/drain': { nodeId: 'a', isAlive: false } });
    assert.match((await fixture.run(['drain', 'a', '--yes'])).out, /a is away/);
  });
});

describe('rooms, users, keys, token, trace', () => {
  test('rooms lists the busiest, and tells all of one', async () => {
    const room = { roomId: '1000', zoneId: null, online: 4_321, messagesPerSec: 12.34 };
    const batches = { windowMs: 200, historyMessages: 500, shed: { bulk: 7 } };
    const detail = {
      ...room,
      partition: 5,
      owner: 'dispatch-1',
      epoch: 3,
      seq: 99,
      batchesPerSec: 4.9,
      batchMessages: 2.5,
      ...batches,
    };
    await using fixture = await CliFixture.open({
      'GET /v1/admin/rooms': { rooms: [room] },
      'GET /v1/admin/rooms/1000': detail,
    });
    assert.match((await fixture.run(['rooms', '--sort', 'rate', '-n', '5'])).out, /1000 +- +4,321 +12\.3/);
    assert.equal(fixture.asked[0]?.path, '/v1/admin/rooms?sort=rate&limit=5');
    const { out } = await fixture.run(['rooms', '1000']);
    for (const words of ['5, owned by dispatch-1', 'epoch 3, seq 99', '4.9/s of 2.5 messages, window 200 ms', 'bulk 7'])
      assert.ok(out.includes(words), out);
  });

  test('an id cannot leave its place in the path', async () => {
    await using fixture = await CliFixture.open();
    await fixture.run(['users', 'kick', '../nodes?x']);
    assert.equal(fixture.asked[0]?.path, '/v1/users/..%2Fnodes%3Fx/kick');
  });

  test('users tells where somebody is, and kicks', async () => {
    const connections = [{ connectionId: 'c1', deviceId: 'd1', nodeId: 'access-1', rooms: ['1', '2'] }];
    await using fixture = await CliFixture.open({
      'GET /v1/users/42/presence': { online: true, connections },
      'POST /v1/users/42/kick': { connections: 1 },
    });
    assert.match((await fixture.run(['users', '42'])).out, /d1 +access-1 +1 2 +c1/);
    assert.deepEqual(JSON.parse((await fixture.run(['users', '42', '--json'])).out), {
      userId: '42',
      online: true,
      connections,
    });
    assert.match((await fixture.run(['users', 'kick', '42', '--reason', 'spam'])).out, /1 connections closed/);
    assert.deepEqual(fixture.asked.at(-1)?.body, { reason: 'spam' });
  });

  test('keys prints a new key alone on stdout, so that it can go straight into a file', async () => {
    const key = { keyId: 'k9', name: 'bot', scopes: ['push:room', 'read'], zones: ['z'], createdAt: 0 };
    await using fixture = await CliFixture.open({
      'POST /v1/admin/keys': { ...key, apiKey: 'lwk_secret' },
      'GET /v1/admin/keys': { keys: [key] },
      'DELETE /v1/admin/keys/k9': (response) => response.writeHead(204).end(),
    });
    const { out, err } = await fixture.run(['keys', 'create', 'bot', '-s', 'push:room', '-s', 'read', '-z', 'z']);
    assert.equal(out, 'lwk_secret\n');
    assert.match(err, /shown this once/);
    assert.deepEqual(fixture.asked[0]?.body, { name: 'bot', scopes: ['push:room', 'read'], zones: ['z'] });
    assert.match((await fixture.run(['keys'])).out, /k9 +bot +push:room read +z +1970-01-01 00:00/);
    assert.equal((await fixture.run(['keys', 'revoke', 'k9', '--yes'])).out, 'k9 is revoked\n');
  });

  test('token asks as a backend does', async () => {
    const nodes = [{ nodeId: 'access-1', region: 'eu', ws: 'ws://x/sub', tcp: 'x:1' }];
    await using fixture = await CliFixture.open({
      'POST /v1/connect': { token: 't', expiresAt: 0, heartbeatMs: 1, listVersion: 1, nodes },
    });
    const { out } = await fixture.run(['token', '-u', '42', '-d', 'd1', '-r', '1']);
    assert.equal(out, 'token    t\nexpires  1970-01-01T00:00:00.000Z\nnode     access-1  ws://x/sub  x:1\n');
    assert.deepEqual(fixture.asked[0]?.body, { userId: '42', deviceId: 'd1', roomId: '1', platform: 'cli' });
  });

  test('trace is a timeline', async () => {
    const spans = [
      { stage: 'accepted', at: 100, process: 'service-1', detail: {} },
      { stage: 'sent', at: 112, process: 'access-1', detail: { deviceId: 'd1', attempt: 1 } },
    ];
    const trace = {
      messageId: 'm',
      target: { kind: 'user', userIds: ['1', '2'] },
      lane: 'express',
      acceptedAt: 100,
      spans,
      isCut: true,
    };
    await using fixture = await CliFixture.open({ 'GET /v1/messages/m/trace': trace });
    const { out } = await fixture.run(['trace', 'm']);
    assert.match(out, /^m {2}express to user 1 2 {2}accepted/);
    assert.match(out, / \+0 ms {2}accepted {2}service-1\n\+12 ms {2}sent +access-1 +deviceId=d1 attempt=1\n\(more/);
  });
});
