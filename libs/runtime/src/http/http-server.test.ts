import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '@longwire/domain';
import { z } from 'zod';
import { createSilentLogger } from '../logger.ts';
import { createMetricsRegistry } from '../metrics.ts';
import { createHttpServer } from './http-server.ts';
import type { Problem } from './problem.ts';

const Body = z.object({
  target: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('user'), userIds: z.array(z.union([z.string().min(1), z.number()])) }),
    z.strictObject({ kind: z.literal('all') }),
  ]),
  ttlMs: z.number().optional(),
});

function open() {
  const metrics = createMetricsRegistry();
  const logger = createSilentLogger();
  const server = createHttpServer({
    name: 'service',
    logger,
    metrics,
    bodyLimitBytes: 1_000,
    title: 'Push',
    version: '1.2',
  });
  server.post(
    '/v1/push',
    { schema: { body: Body, response: { 202: z.object({ id: z.string() }) } } },
    async (_request, reply) => reply.code(202).send({ id: 'm1' }),
  );
  server.get(
    '/v1/rooms/:roomId',
    { schema: { querystring: z.object({ limit: z.coerce.number() }) } },
    (request) => request.query,
  );
  server.post('/v1/drain', () => ({ ok: true }));
  server.get('/v1/busy', () => {
    throw new AppError('rate-limited', 'Slow down', { retryAfterMs: 1_200 });
  });
  server.get('/v1/gone', () => {
    throw new AppError('store-unavailable', 'The store does not answer');
  });
  server.get('/v1/broken', () => {
    throw new Error('secret of the house');
  });
  return { server, metrics };
}

async function post(body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  await using opened = { ...open(), [Symbol.asyncDispose]: async () => opened.server.close() };
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await opened.server.inject({ method: 'POST', url: '/v1/push', headers, payload });
  return { status: answer.statusCode, problem: answer.json<Problem>(), type: answer.headers['content-type'] };
}

async function get(url: string) {
  await using opened = { ...open(), [Symbol.asyncDispose]: async () => opened.server.close() };
  const answer = await opened.server.inject({ method: 'GET', url });
  return { status: answer.statusCode, problem: answer.json<Problem>(), headers: answer.headers };
}

test('a valid request is answered as its schema says', async () => {
  const { status, problem } = await post({ target: { kind: 'user', userIds: ['1', 2] } });
  assert.equal(status, 202);
  assert.deepEqual(problem, { id: 'm1' });
});

test('an invalid request is a problem that names the field as the caller wrote it', async () => {
  const { status, problem, type } = await post({ target: { kind: 'user', userIds: ['1', '2', true] } });
  assert.equal(status, 400);
  assert.equal(type, 'application/problem+json');
  assert.deepEqual(Object.keys(problem), ['type', 'title', 'status', 'detail', 'code', 'field']);
  assert.equal(problem.code, 'invalid-request');
  assert.equal(problem.status, 400);
  assert.equal(problem.field, 'target.userIds[2]');
  assert.match(problem.detail, /^target\.userIds\[2\]: /);
});

for (const [what, body, field] of [
  ['a missing field', {}, 'target'],
  ['a kind that is not known', { target: { kind: 'planet' } }, 'target.kind'],
  ['a field that is not known', { target: { kind: 'all', roomId: '1' } }, 'target.roomId'],
  ['a wrong type', { target: { kind: 'all' }, ttlMs: 'x' }, 'ttlMs'],
  ['a body that is no object', [], 'body'],
] as const) {
  test(`${what} is told as the field ${field}`, async () => {
    const { status, problem } = await post(body);
    assert.equal(status, 400);
    assert.equal(problem.field, field);
  });
}

test('a bad query names its field too', async () => {
  const { status, problem } = await get('/v1/rooms/7?limit=many');
  assert.equal(status, 400);
  assert.equal(problem.field, 'limit');
});

test('malformed JSON is a 400, another content type a 415, a body over the limit a 413', async () => {
  assert.deepEqual(codeOf(await post('{"target":')), [400, 'invalid-request']);
  assert.deepEqual(codeOf(await post('a=b', { 'content-type': 'text/plain' })), [415, 'unsupported-media-type']);
  assert.deepEqual(codeOf(await post('a=b', {})), [415, 'unsupported-media-type']);
  assert.deepEqual(codeOf(await post(`"${'x'.repeat(1_000)}"`)), [413, 'payload-too-large']);
});

test('a key that would reach the prototype is refused', async () => {
  assert.deepEqual(codeOf(await post('{"__proto__":{"a":1}}')), [400, 'invalid-request']);
});

test('a path without a body takes an empty one whatever its content type', async () => {
  await using opened = { ...open(), [Symbol.asyncDispose]: async () => opened.server.close() };
  const headers = { 'content-type': 'application/json' };
  const answers = await Promise.all([
    opened.server.inject({ method: 'POST', url: '/v1/drain' }),
    opened.server.inject({ method: 'POST', url: '/v1/drain', headers, payload: '' }),
  ]);
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200],
  );
});

test('what is not there is a problem, and its query is not repeated', async () => {
  const { status, problem } = await get('/v1/nothing?key=secret');
  assert.equal(status, 404);
  assert.equal(problem.code, 'unknown-path');
  assert.equal(problem.detail, 'There is no GET /v1/nothing');
});

test('429 and 503 say when to come back, in whole seconds and at least one', async () => {
  const busy = await get('/v1/busy');
  assert.equal(busy.status, 429);
  assert.equal(busy.headers['retry-after'], '2');
  const gone = await get('/v1/gone');
  assert.equal(gone.status, 503);
  assert.equal(gone.headers['retry-after'], '1');
});

test('what breaks inside is told as internal, without its text', async () => {
  const { status, problem } = await get('/v1/broken');
  assert.equal(status, 500);
  assert.equal(problem.code, 'internal');
  assert.doesNotMatch(JSON.stringify(problem), /secret of the house/);
});

test('the OpenAPI document describes the routes and the problems they may answer with', async () => {
  const { status, problem } = await get('/openapi.json');
  assert.equal(status, 200);
  const document = problem as unknown as {
    info: object;
    paths: Record<string, { post?: { responses: Record<string, unknown>; requestBody: unknown } }>;
  };
  assert.deepEqual(document.info, { title: 'Push', version: '1.2' });
  const push = document.paths['/v1/push']?.post;
  assert.deepEqual(Object.keys(push?.responses ?? {}), ['202', 'default']);
  assert.match(JSON.stringify(push?.requestBody), /userIds/);
  assert.equal('/openapi.json' in document.paths, false);
});

test('requests are counted by route pattern and status, never by path', async () => {
  await using opened = { ...open(), [Symbol.asyncDispose]: async () => opened.server.close() };
  await opened.server.inject('/v1/rooms/7?limit=1');
  await opened.server.inject('/v1/rooms/8?limit=x');
  await opened.server.inject('/a/b');
  const text = await opened.metrics.text();
  assert.match(text, /http_requests_total\{method="GET",route="\/v1\/rooms\/:roomId",status="200"\} 1/);
  assert.match(text, /http_requests_total\{method="GET",route="\/v1\/rooms\/:roomId",status="400"\} 1/);
  assert.match(text, /http_requests_total\{method="GET",route="unknown",status="404"\} 1/);
  assert.match(text, /http_request_duration_seconds_count\{.*rooms.*\} 2/);
});

function codeOf({ status, problem }: { status: number; problem: Problem }): [number, string] {
  return [status, problem.code];
}
