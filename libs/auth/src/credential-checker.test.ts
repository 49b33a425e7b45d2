import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Credential, CredentialStore } from '@longwire/domain';
import { AppError, SCOPES } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { hashApiKey, issueApiKey } from './api-key.ts';
import { createCredentialChecker } from './credential-checker.ts';

const issued = issueApiKey();
const credential: Credential = { keyId: issued.keyId, name: 'n', scopes: ['read'], zones: null, createdAtMs: 0 };

function open(options: { readonly bootstrapKey?: string | null; readonly cacheMs?: number } = {}) {
  const clock = fakeClock();
  const stored = new Map([[issued.keyHash, credential]]);
  const state = { finds: 0, isGone: false };
  const store: CredentialStore = {
    put: async () => {},
    list: async () => [],
    remove: async () => false,
    find: async (keyHash) => {
      state.finds += 1;
      if (state.isGone) throw new AppError('store-unavailable', 'The store does not answer');
      return stored.get(keyHash);
    },
  };
  const checker = createCredentialChecker({ store, bootstrapKey: null, clock, ...options });
  return { checker, clock, state, stored };
}

test('a stored key gives its credential', async () => {
  assert.equal(await open().checker.check(issued.apiKey), credential);
});

test('no key is missing-api-key, a wrong one unknown-api-key, an absurd one is not even looked up', async () => {
  const { checker, state } = open();
  await assert.rejects(checker.check(undefined), { code: 'missing-api-key' });
  await assert.rejects(checker.check(''), { code: 'missing-api-key' });
  await assert.rejects(checker.check('wrong'), { code: 'unknown-api-key' });
  assert.equal(state.finds, 1);
  await assert.rejects(checker.check('x'.repeat(257)), { code: 'unknown-api-key' });
  assert.equal(state.finds, 1);
});

test('the bootstrap key has every scope and all zones, and needs no store', async () => {
  const { checker, state } = open({ bootstrapKey: 'first-key' });
  const { createdAtMs: _, ...found } = await checker.check('first-key');
  assert.deepEqual(found, { keyId: 'bootstrap', name: 'bootstrap key', scopes: SCOPES, zones: null });
  assert.equal(state.finds, 0);
  await assert.rejects(checker.check('first-kez'), { code: 'unknown-api-key' });
});

test('a lookup is believed for a second, so a removed key works no longer than that', async () => {
  const { checker, clock, state, stored } = open();
  await checker.check(issued.apiKey);
  stored.clear();
  clock.advance(999);
  await checker.check(issued.apiKey);
  assert.equal(state.finds, 1);
  clock.advance(1);
  await assert.rejects(checker.check(issued.apiKey), { code: 'unknown-api-key' });
});

test('simultaneous checks of one key ask the store once', async () => {
  const { checker, state } = open();
  await Promise.all(Array.from({ length: 20 }, () => checker.check(issued.apiKey)));
  assert.equal(state.finds, 1);
});

test('a store that is gone is told as such and asked again the next time', async () => {
  const { checker, state } = open();
  state.isGone = true;
  await assert.rejects(checker.check(issued.apiKey), { code: 'store-unavailable' });
  state.isGone = false;
  assert.equal(await checker.check(issued.apiKey), credential);
});

test('with no cache every check asks', async () => {
  const { checker, state } = open({ cacheMs: 0 });
  await checker.check(issued.apiKey);
  await checker.check(issued.apiKey);
  assert.equal(state.finds, 2);
});

test('a flood of different wrong keys is remembered only up to a bound, the latest ones', async () => {
  const { checker, state } = open();
  for (let i = 0; i < 10_005; i += 1) await checker.check(`wrong-${i}`).catch(() => {});
  await checker.check('wrong-10004').catch(() => {});
  assert.equal(state.finds, 10_005);
  await checker.check('wrong-0').catch(() => {});
  assert.equal(state.finds, 10_006);
});

test('an issued key is stored by its hash only, and says its public handle', () => {
  assert.equal(issued.keyHash, hashApiKey(issued.apiKey));
  assert.match(issued.keyHash, /^[0-9a-f]{64}$/);
  assert(issued.apiKey.startsWith(`lwk_${issued.keyId}_`));
  assert.notEqual(issueApiKey().apiKey, issued.apiKey);
});
