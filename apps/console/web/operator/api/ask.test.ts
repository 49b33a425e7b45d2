import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultOf } from './ask.ts';

const response = (status: number, headers: Record<string, string> = {}) => ({ status, headers: new Headers(headers) });

test('tells signed out, away and refused apart, with the words of problem+json', () => {
  const problem = JSON.stringify({ code: 'unknown-node', detail: 'There is no access-9', status: 404 });
  assert.deepEqual(faultOf(response(404), problem), {
    kind: 'refused',
    status: 404,
    code: 'unknown-node',
    detail: 'There is no access-9',
    retryAfterSeconds: undefined,
  });
  assert.equal(faultOf(response(401), '{}').kind, 'signed-out');
  assert.equal(faultOf(response(503), '').kind, 'away');
  assert.equal(faultOf(response(429, { 'retry-after': '7' }), '{}').retryAfterSeconds, 7);
});

test('an answer that is no problem+json still has its status', () => {
  for (const text of ['<h1>Bad gateway</h1>', 'null', '[]', '{"code":1}']) {
    const { status, code, detail } = faultOf(response(502), text);
    assert.deepEqual([status, code, detail], [502, '', '']);
  }
});
