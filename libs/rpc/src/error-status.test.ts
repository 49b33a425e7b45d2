import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { AppError, ERROR_CODES, type ErrorCode } from '@longwire/domain';
import { appErrorOf, ERROR_CODE_KEY, statusOf } from './error-status.ts';

function asFailure({ code, details, metadata }: ReturnType<typeof statusOf>): ServiceError {
  return Object.assign(new Error(details), { code, details, metadata: metadata ?? new Metadata() });
}

test('every code of the error table comes back as itself, with text, field and retry hint', () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    const sent = new AppError(code, 'Näh', { field: 'target.userIds[2]', retryAfterMs: 1_500 });
    const got = appErrorOf(asFailure(statusOf(sent)), 'logic');
    assert.deepEqual([got.code, got.message, got.field, got.retryAfterMs], [code, 'Näh', 'target.userIds[2]', 1_500]);
  }
});

test('what is not an AppError shows nothing of itself', () => {
  const sent = statusOf(new Error('password=hush'));
  assert.equal(sent.code, status.INTERNAL);
  assert.equal(sent.details.includes('hush'), false);
});

test('a field that metadata cannot carry does not break the answer', () => {
  const sent = statusOf(new AppError('invalid-request', 'no', { field: 'fé\nld' }));
  assert.equal(appErrorOf(asFailure(sent), 'service').field, 'f??ld');
});

test('a server that was not reached, or did not answer, is peer-unavailable; an unknown code is internal', () => {
  const failure = (code: number): ServiceError =>
    asFailure({ code, details: 'ECONNREFUSED 10.0.0.7', metadata: new Metadata() });
  for (const code of [status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED]) {
    const error = appErrorOf(failure(code), 'logic');
    assert.equal(error.code, 'peer-unavailable');
    assert.equal(error.message.includes('10.0.0.7'), false);
  }
  const unknown = failure(status.UNKNOWN);
  unknown.metadata.set(ERROR_CODE_KEY, 'toString');
  assert.equal(appErrorOf(unknown, 'logic').code, 'internal');
});
