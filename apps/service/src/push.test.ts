import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '@longwire/testkit';
import { BOOTSTRAP_KEY, openService, takeEverything } from '../test/service-fixture.ts';
import type { Answer, Fixture } from '../test/service-fixture.ts';

const room = { kind: 'room', roomId: '1000' };
const payload = { cmd: 'DANMU_MSG', text: 'hi' };

function usersOf(count: number) {
  return { kind: 'user', userIds: Array.from({ length: count }, (_, index) => `user-${index}`) };
}

function assertProblem(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
  for (const field of ['type', 'title', 'detail']) assert.equal(typeof answer.body[field], 'string', field);
  assert.deepEqual([answer.body['status'], answer.body['code']], [status, code]);
}

describe('POST /v1/push', () => {
  let fixture: Fixture;
  let taken: Awaited<ReturnType<typeof takeEverything>>;
  before(async () => {
    fixture = await openService();
    taken = await takeEverything(fixture);
  });
  after(() => fixture.close());

  test('a room push is 202 once the owner of the partition has taken it', async () => {
    const answer = await fixture.push({ target: room, payload });
    assert.equal(answer.status, 202);
    assert.match(String(answer.body['messageId']), /^[A-Za-z0-9_.:-]{1,64}$/);
    assert.ok(Math.abs(Number(answer.body['acceptedAt']) - Date.now()) < 60_000);
    const [message] = taken.rooms.at(-1)?.messages ?? [];
    assert.equal(message?.messageId, answer.body['messageId']);
    assert.deepEqual(JSON.parse(String(message?.payload)), payload);
  });

  test('ids may be numbers', async () => {
    assert.equal((await fixture.push({ target: { kind: 'room', roomId: 1000 }, payload })).status, 202);
    assert.equal((await fixture.push({ target: { kind: 'user', userIds: [42] }, payload })).status, 202);
    await eventually(() => assert.deepEqual(taken.stored.at(-1)?.target, { kind: 'user', userIds: ['42'] }));
  });

  test('zone and all go to any one dispatch process', async () => {
    await fixture.push({ target: { kind: 'zone', zoneId: 'music' }, payload });
    await fixture.push({ target: { kind: 'all' }, payload });
    assert.deepEqual(
      taken.broadcasts.map(({ zoneId }) => zoneId),
      ['music', ''],
    );
  });

  test('user and device pushes are express and acked by default, and stored before the 202', async () => {
    const answer = await fixture.push({ target: { kind: 'user', userIds: ['1', '2', '1'] }, payload });
    // The worker of this test follows the log as it can.
    await eventually(() => taken.stored.some(({ messageId }) => messageId === answer.body['messageId']));
    const status = await fixture.call('GET', `/v1/messages/${String(answer.body['messageId'])}`);
    assert.deepEqual(status.body, {
      messageId: answer.body['messageId'],
      status: 'pending',
      targets: 2,
      acked: 0,
      attempts: 0,
    });
    const unacked = await fixture.push({ target: { kind: 'device', deviceIds: ['d'] }, payload, ack: false });
    assertProblem(
      await fixture.call('GET', `/v1/messages/${String(unacked.body['messageId'])}`),
      404,
      'unknown-message',
    );
  });

  test('a number that a double cannot hold survives, and a field named lw does not', async () => {
    const text = `{"target":{"kind":"room","roomId":"1000"},"payload":{"cmd":"X","uid":12345678901234567890,"lw":{"id":"forged"}}}`;
    assert.equal((await fixture.push(text)).status, 202);
    assert.equal(String(taken.rooms.at(-1)?.messages[0]?.payload), '{"cmd":"X","uid":12345678901234567890}');
    for (const numbers of [
      '[ 12345678901234567890,-9007199254740993]',
      '0.12345678901234567890',
      '12345678901234567890e2',
    ]) {
      const body = `{"target":{"kind":"room","roomId":"1000"},"payload":{"cmd":"X","n":${numbers}}}`;
      assert.equal((await fixture.push(body)).status, 202);
      const sent = String(taken.rooms.at(-1)?.messages[0]?.payload);
      assert.equal(sent, `{"cmd":"X","n":${numbers.replaceAll(' ', '')}}`);
    }
  });

  test('a payload of exactly 64 KiB is taken and one byte more is 413', async () => {
    const fill = (bytes: number) => ({ cmd: 'X', text: 'x'.repeat(bytes - '{"cmd":"X","text":""}'.length) });
    assert.equal((await fixture.push({ target: room, payload: fill(64 * 1024) })).status, 202);
    assertProblem(await fixture.push({ target: room, payload: fill(64 * 1024 + 1) }), 413, 'payload-too-large');
    assertProblem(await fixture.push({ target: room, payload: fill(1024 * 1024) }), 413, 'payload-too-large');
  });

  for (const [what, field, most, more] of [
    ['1,000 users', 'target.userIds', { target: usersOf(1000) }, { target: usersOf(1001) }],
    ['a ttl of 7 days', 'ttlMs', { ttlMs: 7 * 24 * 3600_000 }, { ttlMs: 7 * 24 * 3600_000 + 1 }],
    [
      'an idempotency key of 200 characters',
      'idempotencyKey',
      { idempotencyKey: 'k'.repeat(200) },
      { idempotencyKey: 'k'.repeat(201) },
    ],
  ] as const) {
    test(`${what} is the most that is taken: one more is 400 and names ${field}`, async () => {
      assert.equal((await fixture.push({ target: usersOf(1), payload, ...most })).status, 202);
      const refused = await fixture.push({ target: usersOf(1), payload, ...more });
      assertProblem(refused, 400, 'invalid-request');
      assert.equal(refused.body['field'], field);
    });
  }

  const refusals: readonly { what: string; body: unknown; field: string }[] = [
    {
      what: 'a room id with a space',
      body: { target: { kind: 'room', roomId: 'a b' }, payload },
      field: 'target.roomId',
    },
    {
      what: 'the third user id is bad',
      body: { target: { kind: 'user', userIds: ['1', 2, 'ü'] }, payload },
      field: 'target.userIds[2]',
    },
    { what: 'no user ids', body: { target: { kind: 'user', userIds: [] }, payload }, field: 'target.userIds' },
    { what: 'an unknown kind of target', body: { target: { kind: 'planet' }, payload }, field: 'target.kind' },
    { what: 'no target', body: { payload }, field: 'target' },
    { what: 'no payload', body: { target: room }, field: 'payload' },
    { what: 'a payload that is a list', body: { target: room, payload: [1] }, field: 'payload' },
    { what: 'a payload without cmd', body: { target: room, payload: { text: 'x' } }, field: 'payload.cmd' },
    { what: 'a cmd that is a number', body: { target: room, payload: { cmd: 5 } }, field: 'payload.cmd' },
    { what: 'an unknown lane', body: { target: room, payload, lane: 'fast' }, field: 'lane' },
    { what: 'an ack for a room', body: { target: room, payload, ack: true }, field: 'ack' },
    {
      what: 'an ack on the bulk lane',
      body: { target: { kind: 'user', userIds: ['1'] }, payload, lane: 'bulk', ack: true },
      field: 'ack',
    },
    { what: 'a ttl of zero', body: { target: room, payload, ttlMs: 0 }, field: 'ttlMs' },
    { what: 'a misspelt field', body: { target: room, payload, tllMs: 5 }, field: 'tllMs' },
  ];
  for (const { what, body, field } of refusals) {
    test(`${what} is 400 and names ${field}`, async () => {
      const answer = await fixture.push(body);
      assertProblem(answer, 400, 'invalid-request');
      assert.equal(answer.body['field'], field);
      assert.ok(String(answer.body['detail']).includes(field), String(answer.body['detail']));
    });
  }

  test('a body that is no JSON, or no object, is 400; another type is 415', async () => {
    for (const text of ['{', '[]', '"x"', 'null', '5']) assertProblem(await fixture.push(text), 400, 'invalid-request');
    const response = await fetch(`${fixture.url}/v1/push`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOOTSTRAP_KEY}`, 'content-type': 'text/plain' },
      body: 'x',
    });
    assert.equal(response.status, 415);
  });

  test('without a key it is 401, and so it is with a wrong one', async () => {
    assertProblem(await fixture.call('POST', '/v1/push', { target: room, payload }, null), 401, 'missing-api-key');
    assertProblem(await fixture.push({ target: room, payload }, 'wrong'), 401, 'unknown-api-key');
    assertProblem(await fixture.push('{ no json', 'wrong'), 401, 'unknown-api-key');
  });
});

describe('idempotency keys', () => {
  let fixture: Fixture;
  let taken: Awaited<ReturnType<typeof takeEverything>>;
  before(async () => {
    fixture = await openService();
    taken = await takeEverything(fixture);
  });
  after(() => fixture.close());

  test('the same body gives the same answer and is sent once, also when asked at once', async () => {
    const body = { target: room, payload, idempotencyKey: 'k1' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => fixture.push(body)));
    answers.push(await fixture.push(body));
    for (const answer of answers) assert.deepEqual([answer.status, answer.body], [202, answers[0]?.body]);
    assert.equal(taken.rooms.flatMap(({ messages }) => messages).length, 1);
  });

  test('dispatch is told which messages their callers cannot push again: those without a key', async () => {
    await fixture.push({ target: room, payload, idempotencyKey: 'k3' });
    await fixture.push({ target: room, payload });
    const [keyed, bare] = taken.rooms.slice(-2).flatMap(({ messages }) => messages);
    assert.deepEqual([keyed?.isUnkeyed, bare?.isUnkeyed], [false, true]);
  });

  test('another body is 409', async () => {
    await fixture.push({ target: room, payload, idempotencyKey: 'k2' });
    const other = await fixture.push({ target: room, payload: { cmd: 'OTHER' }, idempotencyKey: 'k2' });
    assertProblem(other, 409, 'idempotency-conflict');
  });
});

describe('limits', () => {
  test('a key over its rate is 429 with Retry-After, and another key is not touched', async () => {
    const fixture = await openService({ env: { LONGWIRE_SERVICE_KEY_RATE: '1' } });
    await takeEverything(fixture);
    const made = await fixture.call('POST', '/v1/admin/keys', { name: 'other', scopes: ['push:room'] });
    const answers = await Promise.all(Array.from({ length: 30 }, () => fixture.push({ target: room, payload })));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length >= 3, `${refused.length} refused`);
    for (const answer of refused) {
      assertProblem(answer, 429, 'rate-limited');
      assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    }
    assert.equal((await fixture.push({ target: room, payload }, String(made.body['apiKey']))).status, 202);
    await fixture.close();
  });

  test('a room that nobody owns for longer than a move takes is 503 with Retry-After', async () => {
    const fixture = await openService({ env: { LONGWIRE_SERVICE_MOVE_WAIT: '100ms' } });
    const answer = await fixture.push({ target: room, payload });
    assertProblem(answer, 503, 'dispatch-unavailable');
    assert.ok(Number(answer.headers.get('retry-after')) >= 1);
    await fixture.close();
  });

  test('more waiting room messages than the bound are 429, and those that wait are sent when somebody takes them', async () => {
    const fixture = await openService({
      env: { LONGWIRE_SERVICE_MOVE_WAIT: '30s', LONGWIRE_SERVICE_MAX_QUEUED: '3' },
    });
    const answers: Answer[] = [];
    const pushes = Array.from({ length: 5 }, async () => answers.push(await fixture.push({ target: room, payload })));
    await eventually(() => answers.length === 2, { timeoutMs: 20_000 });
    for (const answer of answers) assertProblem(answer, 429, 'overloaded');
    await takeEverything(fixture);
    await Promise.all(pushes);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [429, 429, 202, 202, 202],
    );
    await fixture.close();
  });
});
