import type { Credential, CredentialStore } from '@longwire/domain';

/** A CredentialStore for one process: keys made in it are gone when it ends. */
export function createMemoryCredentialStore(): CredentialStore {
  const byHash = new Map<string, Credential>();
  return {
    put(keyHash, credential) {
      byHash.set(keyHash, credential);
      return Promise.resolve();
    },
    find: (keyHash) => Promise.resolve(byHash.get(keyHash)),
    list: () => Promise.resolve([...byHash.values()]),
    remove(keyId) {
      const found = [...byHash].find(([, credential]) => credential.keyId === keyId);
      return Promise.resolve(found !== undefined && byHash.delete(found[0]));
    },
  };
}
