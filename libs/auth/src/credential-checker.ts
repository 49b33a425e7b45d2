import type { Clock, Credential, CredentialStore } from '@longwire/domain';
import { AppError, SCOPES } from '@longwire/domain';
import { hashApiKey, isSameHash } from './api-key.ts';

export interface CredentialCheckerOptions {
  readonly store: CredentialStore;
  /** Accepted without the store, with every scope and all zones; null is none. */
  readonly bootstrapKey: string | null;
  readonly clock: Clock;
  /**
   * How long a lookup, found or not, is believed; so long a removed key may still work. Default 1000, 0 asks each time.
   */
  readonly cacheMs?: number;
}

export interface CredentialChecker {
  /**
   * The credential of an API key. Rejects with `missing-api-key`, `unknown-api-key`, or `store-unavailable` when it has
   * to ask and cannot. Simultaneous checks of one key ask once.
   */
  check(apiKey: string | undefined): Promise<Credential>;
}

/** keyId of the bootstrap key. */
export const BOOTSTRAP_KEY_ID = 'bootstrap';

const DEFAULT_CACHE_MS = 1_000;
const MAX_CACHED = 10_000;
const MAX_API_KEY_CHARS = 256;

interface Lookup {
  readonly untilMs: number;
  readonly credential: Promise<Credential | undefined>;
}

/** Checks API keys against the store, by hash and with a short, bounded cache. */
export function createCredentialChecker(options: CredentialCheckerOptions): CredentialChecker {
  const { store, bootstrapKey, clock, cacheMs = DEFAULT_CACHE_MS } = options;
  const bootstrap = bootstrapKey === null ? undefined : bootstrapOf(bootstrapKey, clock);
  /** In order of insertion, which is the order of expiry. */
  const lookups = new Map<string, Lookup>();

  function lookUp(keyHash: string): Promise<Credential | undefined> {
    const nowMs = clock.monotonic();
    const known = lookups.get(keyHash);
    if (known !== undefined && nowMs < known.untilMs) return known.credential;
    const credential = store.find(keyHash);
    lookups.delete(keyHash);
    for (const [oldest, { untilMs }] of lookups) {
      if (lookups.size < MAX_CACHED && nowMs < untilMs) break;
      lookups.delete(oldest);
    }
    const lookup = { untilMs: nowMs + cacheMs, credential };
    lookups.set(keyHash, lookup);
    // A failed lookup is not believed; the caller gets the failure from the promise itself.
    credential.catch(() => {
      if (lookups.get(keyHash) === lookup) lookups.delete(keyHash);
    });
    return credential;
  }

  return {
    async check(apiKey) {
      if (apiKey === undefined || apiKey === '') {
        throw new AppError('missing-api-key', 'Send the API key as Authorization: Bearer <apiKey>');
      }
      if (apiKey.length > MAX_API_KEY_CHARS) throw unknownApiKey();
      const keyHash = hashApiKey(apiKey);
      if (bootstrap !== undefined && isSameHash(keyHash, bootstrap.keyHash)) return bootstrap.credential;
      const credential = await lookUp(keyHash);
      if (credential === undefined) throw unknownApiKey();
      return credential;
    },
  };
}

function unknownApiKey(): AppError {
  return new AppError('unknown-api-key', 'The API key is not known');
}

function bootstrapOf(apiKey: string, clock: Clock): { keyHash: string; credential: Credential } {
  const credential: Credential = {
    keyId: BOOTSTRAP_KEY_ID,
    name: 'bootstrap key',
    scopes: SCOPES,
    zones: null,
    createdAtMs: clock.now(),
  };
  return { keyHash: hashApiKey(apiKey), credential };
}
