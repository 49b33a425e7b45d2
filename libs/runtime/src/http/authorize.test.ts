import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential } from '@longwire/domain';
import { AppError } from '@longwire/domain';
import { authorize, bearerOf } from './authorize.ts';

const credential: Credential = { keyId: 'k', name: 'n', scopes: ['read'], zones: null, createdAtMs: 0 };
const checker = {
  check: async (apiKey: string | undefined) => {
    if (apiKey === 'good') return credential;
    throw new AppError('unknown-api-key', 'The API key is not known');
  },
};
const request = (authorization?: string) => ({ headers: { authorization } });

test('a known key with the scope gives its credential', async () => {
  assert.equal(await authorize(request('Bearer good'), checker, 'read'), credential);
  assert.equal(await authorize(request('bearer  good'), checker), credential);
});

test('a key without the scope is refused with scope-missing', async () => {
  await assert.rejects(authorize(request('Bearer good'), checker, 'admin'), { code: 'scope-missing' });
});

test('what the checker refuses is passed on', async () => {
  await assert.rejects(authorize(request('Bearer bad'), checker, 'read'), { code: 'unknown-api-key' });
});

test('only a Bearer header carries a key', () => {
  for (const header of [undefined, '', 'good', 'Basic good', 'Bearer', 'Bearer ', 'Bearer a b']) {
    assert.equal(bearerOf(header), undefined, String(header));
  }
});
