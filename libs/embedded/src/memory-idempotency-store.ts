import type { Clock, IdempotencyClaim, IdempotencyStore } from '@longwire/domain';

interface Entry {
  readonly bodyHash: string;
  /** Of the claim; one of a result frees nothing any more. */
  readonly token: string;
  /** undefined while the work runs. */
  readonly result: string | undefined;
  readonly untilMs: number;
}

const PURGE_EVERY_CLAIMS = 1000;

/** An IdempotencyStore for one process. Entries past their time are dropped at every 1000th claim at the latest. */
export function createMemoryIdempotencyStore({ clock }: { clock: Clock }): IdempotencyStore {
  const entries = new Map<string, Entry>();
  let claimsUntilPurge = PURGE_EVERY_CLAIMS;
  let claims = 0;

  const liveEntry = (key: string): Entry | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.untilMs > clock.monotonic() ? entry : undefined;
  };

  const purgeNowAndThen = (): void => {
    claimsUntilPurge -= 1;
    if (claimsUntilPurge > 0) return;
    claimsUntilPurge = PURGE_EVERY_CLAIMS;
    for (const key of entries.keys()) if (liveEntry(key) === undefined) entries.delete(key);
  };

  const claimNow = (key: string, bodyHash: string, claimTtlMs: number): IdempotencyClaim => {
    purgeNowAndThen();
    const entry = liveEntry(key);
    if (entry === undefined) {
      claims += 1;
      const token = String(claims);
      entries.set(key, { bodyHash, token, result: undefined, untilMs: clock.monotonic() + claimTtlMs });
      return { state: 'claimed', token };
    }
    if (entry.result === undefined) return { state: 'running', bodyHash: entry.bodyHash };
    return { state: 'done', bodyHash: entry.bodyHash, result: entry.result };
  };

  return {
    claim: (key, bodyHash, claimTtlMs) => Promise.resolve(claimNow(key, bodyHash, claimTtlMs)),
    complete(key, bodyHash, result, keepMs) {
      entries.set(key, { bodyHash, token: '', result, untilMs: clock.monotonic() + keepMs });
      return Promise.resolve();
    },
    abandon(key, token) {
      if (entries.get(key)?.token === token) entries.delete(key);
      return Promise.resolve();
    },
  };
}
