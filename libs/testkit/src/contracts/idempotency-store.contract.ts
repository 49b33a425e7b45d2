import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { IdempotencyStore } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';

const LONG_MS = 60_000;
const SHORT_MS = 80;

/** Claims `k` and returns the token of the claim. */
async function claimed(store: IdempotencyStore, ttlMs: number): Promise<string> {
  const claim = await store.claim('k', 'body-1', ttlMs);
  assert.ok(claim.state === 'claimed');
  return claim.token;
}

/** What every IdempotencyStore promises. */
export function describeIdempotencyStoreContract(contract: Contract<IdempotencyStore>): void {
  describe(`IdempotencyStore on ${contract.name}`, () => {
    const it = contractCases(contract, undefined);

    it('gives a new key to who claims it, and tells the next that it runs', async (store, { peer }) => {
      assert.equal((await store.claim('k', 'body-1', LONG_MS)).state, 'claimed');
      assert.deepEqual(await peer.claim('k', 'body-2', LONG_MS), { state: 'running', bodyHash: 'body-1' });
    });

    it('gives a key to one of many that claim it at the same time', async (store, { peer }) => {
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? store : peer).claim('k', `b${index}`, LONG_MS)),
      );
      assert.equal(claims.filter(({ state }) => state === 'claimed').length, 1);
    });

    it('answers a repeat with the result of the first', async (store, { peer }) => {
      await store.claim('k', 'body-1', LONG_MS);
      await store.complete('k', 'body-1', '{"messageId":"m1"}', LONG_MS);
      const done = { state: 'done', bodyHash: 'body-1', result: '{"messageId":"m1"}' };
      assert.deepEqual(await peer.claim('k', 'body-2', LONG_MS), done);
    });

    it('keeps an empty result apart from none', async (store) => {
      await store.claim('k', 'body-1', LONG_MS);
      await store.complete('k', 'body-1', '', LONG_MS);
      assert.deepEqual(await store.claim('k', 'body-1', LONG_MS), { state: 'done', bodyHash: 'body-1', result: '' });
    });

    it('keeps keys apart whatever is in them', async (store) => {
      await store.claim('a{b}:c', 'body-1', LONG_MS);
      assert.equal((await store.claim('a{b}', 'body-2', LONG_MS)).state, 'claimed');
      assert.equal((await store.claim('', 'body-3', LONG_MS)).state, 'claimed');
    });

    it('frees the key of a claim that was abandoned', async (store) => {
      const token = await claimed(store, LONG_MS);
      await store.abandon('k', token);
      assert.equal((await store.claim('k', 'body-2', LONG_MS)).state, 'claimed');
    });

    it('leaves a newer claim alone when one that has lapsed is abandoned', async (store, { peer, elapse }) => {
      const lapsed = await claimed(store, SHORT_MS);
      await elapse(SHORT_MS);
      const newer = await claimed(peer, LONG_MS);
      assert.notEqual(newer, lapsed);
      await store.abandon('k', lapsed);
      assert.equal((await store.claim('k', 'body-1', LONG_MS)).state, 'running');
    });

    it('does not forget a result because somebody abandons the key', async (store) => {
      const token = await claimed(store, LONG_MS);
      await store.complete('k', 'body-1', 'r', LONG_MS);
      await store.abandon('k', token);
      assert.equal((await store.claim('k', 'body-1', LONG_MS)).state, 'done');
    });

    it('frees the key when the claim was not finished in time', async (store, { elapse }) => {
      await store.claim('k', 'body-1', SHORT_MS);
      await elapse(SHORT_MS);
      assert.equal((await store.claim('k', 'body-2', LONG_MS)).state, 'claimed');
    });

    it('forgets a result after the time it was to be kept', async (store, { elapse }) => {
      await store.claim('k', 'body-1', LONG_MS);
      await store.complete('k', 'body-1', 'r', SHORT_MS);
      await elapse(SHORT_MS);
      assert.equal((await store.claim('k', 'body-1', LONG_MS)).state, 'claimed');
    });
  });
}
