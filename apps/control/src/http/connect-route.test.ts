import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTokenOpener, parseKeyRing } from '@longwire/auth';
import { fakeClock } from '@longwire/testkit';
import { addNode, API_KEY, KEY_TEXTS, nodeReport, runControl } from '../../test/running-control.ts';

interface ConnectAnswer {
  readonly token: string;
  readonly expiresAt: number;
  readonly heartbeatMs: number;
  readonly listVersion: number;
  readonly nodes: readonly { readonly nodeId: string; readonly region: string; readonly ws: string }[];
}

async function problemOf(response: Response) {
  assert.equal(response.headers.get('content-type')?.split(';')[0], 'application/problem+json');
  return (await response.json()) as { code: string; field?: string; status: number };
}

describe('POST /v1/connect', () => {
  test('gives a token bound to user, device and tenant, and the node to use it at', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    const body = {
      userId: '42',
      deviceId: 'd1',
      roomId: '1000',
      platform: 'web',
      region: 'cn-east',
      clientVersion: '1',
    };
    const response = await control.call('POST', '/v1/connect', { body });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const { token, ...rest } = (await response.json()) as ConnectAnswer;
    assert.deepEqual(rest, {
      expiresAt: control.clock.now() + 300_000,
      heartbeatMs: 30_000,
      listVersion: 1,
      nodes: [
        {
          nodeId: 'access-1',
          region: 'cn-east',
          ws: 'ws://access-1.example:56100/sub',
          tcp: 'access-1.example:56101',
        },
      ],
    });
    const opened = createTokenOpener(parseKeyRing(KEY_TEXTS), { clock: control.clock }).open(token);
    assert.ok(opened.ok);
    const { tenant, userId, deviceId, roomId, platform } = opened.claims;
    assert.deepEqual([tenant, userId, deviceId, roomId, platform], ['bootstrap', '42', 'd1', '1000', 'web']);
  });

  for (const [what, body, userId, deviceId] of [
    ['only a device is needed', { deviceId: 'd1' }, null, 'd1'],
    ['numbers are ids too', { deviceId: 7, userId: 42, roomId: 1000 }, '42', '7'],
    ['user "0" is a guest', { deviceId: 'd1', userId: '0' }, null, 'd1'],
    ['user 0 is a guest', { deviceId: 'd1', userId: 0 }, null, 'd1'],
    ['null is as good as none', { deviceId: 'd1', userId: null, roomId: null, region: null }, null, 'd1'],
    ['unknown fields are ignored', { deviceId: 'd1', later: true }, null, 'd1'],
  ] as const) {
    test(what, async () => {
      await using control = await runControl();
      await addNode(control, 'access-1');
      const response = await control.call('POST', '/v1/connect', { body });
      assert.equal(response.status, 200);
      const { token } = (await response.json()) as ConnectAnswer;
      const opened = createTokenOpener(parseKeyRing(KEY_TEXTS), { clock: control.clock }).open(token);
      assert.ok(opened.ok);
      assert.deepEqual([opened.claims.userId, opened.claims.deviceId], [userId, deviceId]);
    });
  }

  for (const [what, body, field] of [
    ['no device', {}, 'deviceId'],
    ['a device with a blank', { deviceId: 'a b' }, 'deviceId'],
    ['a device that is too long', { deviceId: 'x'.repeat(65) }, 'deviceId'],
    ['a negative user', { deviceId: 'd1', userId: -1 }, 'userId'],
    ['a user that is an object', { deviceId: 'd1', userId: {} }, 'userId'],
    ['a bad room', { deviceId: 'd1', roomId: 'ä' }, 'roomId'],
    ['a platform that is too long', { deviceId: 'd1', platform: 'x'.repeat(33) }, 'platform'],
    ['a region that is a number', { deviceId: 'd1', region: 1 }, 'region'],
    ['an array', [], 'body'],
  ] as const) {
    test(`refuses ${what} with 400 and names the field`, async () => {
      await using control = await runControl();
      await addNode(control, 'access-1');
      const response = await control.call('POST', '/v1/connect', { body });
      assert.equal(response.status, 400);
      const { code, field: named } = await problemOf(response);
      assert.deepEqual([code, named], ['invalid-request', field]);
    });
  }

  test('refuses broken JSON, other media types and large bodies with their codes', async () => {
    await using control = await runControl();
    const broken = await control.call('POST', '/v1/connect', { body: '{"deviceId"' });
    assert.deepEqual([broken.status, (await problemOf(broken)).code], [400, 'invalid-request']);
    const xml = await control.call('POST', '/v1/connect', { body: '<a/>', headers: { 'content-type': 'text/xml' } });
    assert.deepEqual([xml.status, (await problemOf(xml)).code], [415, 'unsupported-media-type']);
    const large = await control.call('POST', '/v1/connect', { body: { deviceId: 'x'.repeat(9000) } });
    assert.deepEqual([large.status, (await problemOf(large)).code], [413, 'payload-too-large']);
  });

  test('asks for an API key that has the scope connect', async () => {
    await using control = await runControl();
    await addNode(control, 'access-1');
    await control.addApiKey('can-push', ['push:room']);
    await control.addApiKey('can-connect', ['connect']);
    const outcome = async (apiKey: string | null) => {
      const response = await control.call('POST', '/v1/connect', { body: { deviceId: 'd1' }, apiKey });
      return [response.status, response.ok ? '' : (await problemOf(response)).code];
    };
    assert.deepEqual(await outcome(null), [401, 'missing-api-key']);
    assert.deepEqual(await outcome('nobody'), [401, 'unknown-api-key']);
    assert.deepEqual(await outcome('can-push'), [403, 'scope-missing']);
    assert.deepEqual(await outcome('can-connect'), [200, '']);
  });

  test('answers 503 with Retry-After when no node can take the client', async () => {
    await using control = await runControl();
    const response = await control.call('POST', '/v1/connect', { body: { deviceId: 'd1' } });
    assert.equal(response.status, 503);
    assert.equal((await problemOf(response)).code, 'no-node-available');
    assert.ok(Number(response.headers.get('retry-after')) >= 1);
  });

  test('tells at most three nodes, own region first', async () => {
    await using control = await runControl();
    await addNode(control, 'a', 'b', 'c', 'd');
    await control.directory.report(nodeReport('home', { region: 'eu' }), 3000);
    await control.clock.advanceAsync(250);
    const response = await control.call('POST', '/v1/connect', { body: { deviceId: 'd1', region: 'eu' } });
    const { nodes } = (await response.json()) as ConnectAnswer;
    assert.equal(nodes.length, 3);
    assert.equal(nodes[0]?.nodeId, 'home');
  });

  for (const [what, env, limit] of [
    ['one API key', { LONGWIRE_CONTROL_KEY_RATE: '2' }, 'key'],
    ['one address', { LONGWIRE_CONTROL_ADDRESS_RATE: '2' }, 'address'],
  ] as const) {
    test(`answers 429 with Retry-After to too many connects of ${what}`, async () => {
      await using control = await runControl({ env });
      await addNode(control, 'access-1');
      const connect = () => control.call('POST', '/v1/connect', { body: { deviceId: 'd1' } });
      for (let count = 0; count < 4; count += 1) assert.equal((await connect()).status, 200);
      const refused = await connect();
      assert.equal(refused.status, 429);
      assert.equal((await problemOf(refused)).code, 'rate-limited');
      assert.match(refused.headers.get('retry-after') ?? '', /^[12]$/);
      assert.match(await control.metricsText(), new RegExp(`longwire_control_limited_total{limit="${limit}"} 1`));
      await control.clock.advanceAsync(500);
      assert.equal((await connect()).status, 200);
    });
  }

  test('limits by what the proxy in front says when there is one', async () => {
    const env = { LONGWIRE_CONTROL_ADDRESS_RATE: '1', LONGWIRE_CONTROL_BEHIND_PROXY: 'true' };
    await using control = await runControl({ env });
    await addNode(control, 'access-1');
    const statusFrom = async (forwarded: string) =>
      (
        await control.call('POST', '/v1/connect', {
          body: { deviceId: 'd1' },
          headers: { 'x-forwarded-for': forwarded },
        })
      ).status;
    assert.deepEqual(await Promise.all(['1.1.1.1, 9.9.9.9', '9.9.9.9'].map(statusFrom)), [200, 200]);
    assert.equal(await statusFrom('2.2.2.2, 9.9.9.9'), 429);
    assert.equal(await statusFrom('9.9.9.9, 3.3.3.3'), 200);
  });
});

describe('token keys', () => {
  test('a token of the old key still opens after a new key was put first', async () => {
    const clock = fakeClock();
    const [newKey = '', oldKey = ''] = KEY_TEXTS;
    await using before = await runControl({ clock, keyRing: parseKeyRing([oldKey]) });
    await addNode(before, 'access-1');
    const response = await before.call('POST', '/v1/connect', { body: { deviceId: 'd1' } });
    const { token } = (await response.json()) as ConnectAnswer;
    assert.ok(createTokenOpener(parseKeyRing([newKey, oldKey]), { clock }).open(token).ok);
    const without = createTokenOpener(parseKeyRing([newKey]), { clock }).open(token);
    assert.deepEqual([without.ok, 'reason' in without && without.reason], [false, 'unknown-key']);
  });

  test('a token is over after its time', async () => {
    await using control = await runControl({ env: { LONGWIRE_CONTROL_TOKEN_TTL: '10s' } });
    await addNode(control, 'access-1');
    const response = await control.call('POST', '/v1/connect', { body: { deviceId: 'd1' }, apiKey: API_KEY });
    const { token } = (await response.json()) as ConnectAnswer;
    control.clock.jumpTo(control.clock.now() + 10_001);
    const opened = createTokenOpener(parseKeyRing(KEY_TEXTS), { clock: control.clock }).open(token);
    assert.deepEqual([opened.ok, 'reason' in opened && opened.reason], [false, 'expired']);
  });
});
