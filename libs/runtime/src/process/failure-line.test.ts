import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureLine } from './failure-line.ts';

test('the line names the failure and the causes that add something', () => {
  const cause = new Error('connect ECONNREFUSED 127.0.0.1:4222');
  const error = new Error('NATS at nats://127.0.0.1:4222 does not answer', { cause });
  assert.equal(
    failureLine(error),
    'NATS at nats://127.0.0.1:4222 does not answer: connect ECONNREFUSED 127.0.0.1:4222',
  );
  assert.equal(failureLine(new Error('a is b', { cause: new Error('is b') })), 'a is b');
});

test('it is one line without the secrets of URLs', () => {
  assert.equal(failureLine(new Error('no\n  redis://me:pw@cache:1')), 'no redis://[redacted]@cache:1');
});

test('an error without a text is told by its parts or its name', () => {
  const parts = [new Error('connect ::1'), new Error('connect 127.0.0.1')];
  assert.equal(failureLine(new AggregateError(parts, '')), 'connect ::1, connect 127.0.0.1');
  assert.equal(failureLine(new TypeError('')), 'TypeError');
  assert.equal(failureLine('plain text'), 'plain text');
  assert.equal(failureLine(undefined), 'for no known reason');
});

test('causes that go in a circle end', () => {
  const error = new Error('a');
  error.cause = error;
  assert.equal(failureLine(error), 'a');
});
