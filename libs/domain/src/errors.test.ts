import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError, ERROR_CODES, ERROR_KINDS, grpcStatusOf, httpStatusOf, toAppError } from './errors.ts';
import type { ErrorCode } from './errors.ts';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

test('every code has a kind of the table, a title and an HTTP status that the contract names', () => {
  const documented = [400, 401, 403, 404, 409, 413, 415, 429, 500, 503];
  for (const code of codes) {
    assert.ok(ERROR_CODES[code].kind in ERROR_KINDS, code);
    assert.ok(ERROR_CODES[code].title.length > 0, code);
    assert.ok(documented.includes(httpStatusOf(code)), `${code} has ${httpStatusOf(code)}`);
    assert.ok(grpcStatusOf(code) > 0 && grpcStatusOf(code) <= 16, code);
  }
});

test('an error keeps its code, field, retry hint and cause', () => {
  const cause = new Error('socket');
  const error = new AppError('rate-limited', 'slow down', { retryAfterMs: 500, field: 'target', cause });
  assert.deepEqual(
    [error.code, error.kind, error.retryAfterMs, error.field],
    ['rate-limited', 'limited', 500, 'target'],
  );
  assert.equal(error.cause, cause);
});

test('what is caught and is not one of ours becomes internal and says nothing of itself', () => {
  const wrapped = toAppError(new Error('secret detail'));
  assert.equal(wrapped.code, 'internal');
  assert.ok(!wrapped.message.includes('secret'));
  const own = new AppError('unknown-node', 'no such node');
  assert.equal(toAppError(own), own);
});
