import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '@longwire/domain';
import { parseServerUrl } from './server-url.ts';

test('a URL gives host and port, 4222 when none is named', () => {
  assert.deepEqual(parseServerUrl('nats://127.0.0.1:5222').hosts, ['127.0.0.1:5222']);
  assert.deepEqual(parseServerUrl('nats://bus').hosts, ['bus:4222']);
  assert.deepEqual(parseServerUrl('bus:4333').hosts, ['bus:4333']);
});

test('several servers of one cluster are separated by commas', () => {
  assert.deepEqual(parseServerUrl('nats://a:1, nats://b:2').hosts, ['a:1', 'b:2']);
});

test('the login is read and kept apart from what is shown', () => {
  const server = parseServerUrl('tls://me:p%40ss@bus:4222');
  assert.equal(server.user, 'me');
  assert.equal(server.password, 'p@ss');
  assert.equal(server.isTls, true);
  assert.deepEqual(server.hosts, ['bus:4222']);
  assert.equal(parseServerUrl('nats://s3cret@bus').token, 's3cret');
});

test('a URL of another kind is refused without being repeated', () => {
  for (const text of ['', 'http://bus:4222', 'nats://', 'nats://a b']) {
    assert.throws(
      () => parseServerUrl(text),
      (error: unknown) => error instanceof AppError && error.code === 'invalid-request',
    );
  }
});
