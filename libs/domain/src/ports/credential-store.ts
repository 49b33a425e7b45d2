import type { Credential } from '../credential.ts';

/** API keys by the SHA-256 of the key (hex); the key itself never reaches the store. Rejects with `store-unavailable`. */
export interface CredentialStore {
  put(keyHash: string, credential: Credential): Promise<void>;
  find(keyHash: string): Promise<Credential | undefined>;
  list(): Promise<readonly Credential[]>;
  /** False when there is no such key. */
  remove(keyId: string): Promise<boolean>;
}
