import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertServerVersion, isEvicting } from './server-info.ts';

describe('server info', () => {
  for (const version of ['6.2.0', '7.0.15', '8.4.1', '10.0.0']) {
    test(`takes version ${version}`, () => assertServerVersion(`# Server\r\nredis_version:${version}\r\n`));
  }
  for (const version of ['5.0.14', '6.0.16']) {
    test(`refuses version ${version}, naming it`, () => {
      assert.throws(() => assertServerVersion(`redis_version:${version}\r\n`), new RegExp(version));
    });
  }
  test('refuses a server that does not tell its version', () => assert.throws(() => assertServerVersion('')));

  test('tells a server that evicts keys', () => {
    assert.equal(isEvicting('maxmemory_policy:allkeys-lru\r\n'), true);
    assert.equal(isEvicting('maxmemory_policy:noeviction\r\n'), false);
    assert.equal(isEvicting(''), false);
  });
});
