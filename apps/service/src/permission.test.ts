import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openService, takeEverything } from '../test/service-fixture.ts';
import type { Fixture } from '../test/service-fixture.ts';

const payload = { cmd: 'X' };
const targets = [
  { kind: 'user', userIds: ['1'] },
  { kind: 'device', deviceIds: ['d'] },
  { kind: 'room', roomId: '1000' },
  { kind: 'zone', zoneId: 'music' },
  { kind: 'all' },
];

describe('API keys', () => {
  let fixture: Fixture;
  before(async () => {
    fixture = await openService();
    await takeEverything(fixture);
    await fixture.call('PUT', '/v1/rooms/1000', { zoneId: 'music' });
    await fixture.call('PUT', '/v1/rooms/2000', { zoneId: 'games' });
  });
  after(() => fixture.close());

  async function makeKey(scopes: readonly string[], zones?: readonly string[]): Promise<string> {
    const made = await fixture.call('POST', '/v1/admin/keys', { name: 'k', scopes, zones });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    return String(made.body['apiKey']);
  }

  test('a key pushes to the targets of its scopes and to no others', async () => {
    for (const allowed of targets) {
      const apiKey = await makeKey([`push:${allowed.kind}`]);
      for (const target of targets) {
        const answer = await fixture.push({ target, payload }, apiKey);
        const expected = target.kind === allowed.kind ? 202 : 403;
        assert.equal(answer.status, expected, `${allowed.kind} key to ${target.kind}: ${JSON.stringify(answer.body)}`);
        if (expected === 403) assert.equal(answer.body['code'], 'scope-missing');
      }
    }
  });

  test('a key that is limited to zones reaches their rooms and nothing else', async () => {
    const apiKey = await makeKey(['push:room', 'push:zone', 'rooms'], ['music']);
    const statusOf = async (target: unknown) => (await fixture.push({ target, payload }, apiKey)).status;
    assert.equal(await statusOf({ kind: 'zone', zoneId: 'music' }), 202);
    assert.equal(await statusOf({ kind: 'room', roomId: '1000' }), 202);
    assert.equal(await statusOf({ kind: 'zone', zoneId: 'games' }), 403);
    assert.equal(await statusOf({ kind: 'room', roomId: '2000' }), 403);
    assert.equal(await statusOf({ kind: 'room', roomId: 'in-no-zone' }), 403);
    const stolen = await fixture.call('PUT', '/v1/rooms/2000', { zoneId: 'music' }, apiKey);
    assert.deepEqual([stolen.status, stolen.body['code']], [403, 'zone-forbidden']);
  });

  test('an unknown scope is 400 and names the field', async () => {
    const answer = await fixture.call('POST', '/v1/admin/keys', { name: 'k', scopes: ['push:room', 'push:moon'] });
    assert.deepEqual([answer.status, answer.body['field']], [400, 'scopes[1]']);
  });

  test('keys are listed without their secret, and a revoked one is refused', async () => {
    const apiKey = await makeKey(['read']);
    const list = await fixture.call('GET', '/v1/admin/keys');
    assert.ok(!JSON.stringify(list.body).includes(apiKey));
    const keys = list.body['keys'] as readonly { keyId: string }[];
    const mine = keys.find(({ keyId }) => apiKey.includes(keyId));
    assert.ok(mine !== undefined);
    assert.equal((await fixture.call('DELETE', `/v1/admin/keys/${mine.keyId}`)).status, 204);
    assert.equal((await fixture.call('GET', '/v1/online', undefined, apiKey)).status, 401);
    assert.equal((await fixture.call('DELETE', `/v1/admin/keys/${mine.keyId}`)).status, 404);
  });

  test('only an admin key makes keys', async () => {
    const apiKey = await makeKey(['read', 'push:all']);
    for (const [method, path, body] of [
      ['GET', '/v1/admin/keys', undefined],
      ['POST', '/v1/admin/keys', { name: 'x', scopes: ['admin'] }],
    ] as const) {
      assert.equal((await fixture.call(method, path, body, apiKey)).status, 403);
    }
  });
});
