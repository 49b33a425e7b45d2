import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { Credential, CredentialStore } from '@longwire/domain';
import { contractCases } from './contract.ts';
import type { Contract } from './contract.ts';

function credential(keyId: string, options: Partial<Credential> = {}): Credential {
  return { keyId, name: `key ${keyId}`, scopes: ['push:room', 'read'], zones: null, createdAtMs: 1000, ...options };
}

/** What every CredentialStore promises. */
export function describeCredentialStoreContract(contract: Contract<CredentialStore>): void {
  describe(`CredentialStore on ${contract.name}`, () => {
    const it = contractCases(contract, undefined);

    it('finds a credential by the hash of its key, whole, also in another process', async (store, { peer }) => {
      const limited = credential('k1', { zones: [trustedId('music')], scopes: [] });
      await store.put('hash-1', limited);
      assert.deepEqual(await peer.find('hash-1'), limited);
    });

    it('finds nothing under a hash that was never put', async (store) => {
      assert.equal(await store.find('hash-1'), undefined);
    });

    it('lists all credentials', async (store) => {
      await store.put('hash-1', credential('k1'));
      await store.put('hash-2', credential('k2'));
      const listed = await store.list();
      assert.deepEqual(listed.map(({ keyId }) => keyId).toSorted(), ['k1', 'k2']);
    });

    it('removes by key id and says whether there was one', async (store, { peer }) => {
      await store.put('hash-1', credential('k1'));
      await store.put('hash-2', credential('k2'));
      assert.deepEqual(
        [await peer.remove('k1'), await store.remove('k1'), await store.remove('k9')],
        [true, false, false],
      );
      assert.equal(await store.find('hash-1'), undefined);
      assert.deepEqual(
        (await store.list()).map(({ keyId }) => keyId),
        ['k2'],
      );
    });
  });
}
