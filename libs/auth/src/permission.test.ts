import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential, ZoneId } from '@longwire/domain';
import { SCOPES, trustedId } from '@longwire/domain';
import { parseScopes, requireScope, requireZone } from './permission.ts';

const music = trustedId<ZoneId>('music');
const games = trustedId<ZoneId>('games');
const credential: Credential = { keyId: 'k', name: 'n', scopes: ['push:room'], zones: [music], createdAtMs: 0 };

test('a scope that the key has passes, another is scope-missing', () => {
  requireScope(credential, 'push:room');
  assert.throws(() => requireScope(credential, 'push:all'), { code: 'scope-missing', message: /push:all/ });
});

test('a zone of the key passes, another and rooms without a zone are zone-forbidden', () => {
  requireZone(credential, music);
  assert.throws(() => requireZone(credential, games), { code: 'zone-forbidden' });
  assert.throws(() => requireZone(credential, null), { code: 'zone-forbidden' });
});

test('a key without a limit may use every zone', () => {
  requireZone({ ...credential, zones: null }, games);
  requireZone({ ...credential, zones: null }, null);
});

test('known scopes are read, repeats once', () => {
  assert.deepEqual(parseScopes(['read', 'push:all', 'read']), ['read', 'push:all']);
  assert.deepEqual(parseScopes([...SCOPES]), SCOPES);
});

test('an unknown scope is an invalid request that names its place', () => {
  for (const entry of ['push:planet', 7, null, '']) {
    assert.throws(() => parseScopes(['read', entry]), { code: 'invalid-request', field: 'scopes[1]' });
  }
});

test('scopes that are no list, or an empty one, are an invalid request', () => {
  for (const value of [undefined, null, 'read', {}, []]) {
    assert.throws(() => parseScopes(value, 'key.scopes'), { code: 'invalid-request', field: 'key.scopes' });
  }
});
