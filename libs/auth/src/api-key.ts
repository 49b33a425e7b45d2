import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface IssuedApiKey {
  /** Told to the caller once; never stored. */
  readonly apiKey: string;
  /** Public handle, fit for logs. */
  readonly keyId: string;
  /** What the store keeps. */
  readonly keyHash: string;
}

/** Makes a new API key of 256 random bits. */
export function issueApiKey(): IssuedApiKey {
  const keyId = randomBytes(6).toString('hex');
  const apiKey = `lwk_${keyId}_${randomBytes(32).toString('base64url')}`;
  return { apiKey, keyId, keyHash: hashApiKey(apiKey) };
}

/** SHA-256 of an API key in hex. No salt and no stretching: the keys are random, not chosen by people. */
export function hashApiKey(apiKey: string): string {
  return hash('sha256', apiKey, 'hex');
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
