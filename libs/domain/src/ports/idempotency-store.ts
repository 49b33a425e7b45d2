/** How a claim on an idempotency key went. */
export type IdempotencyClaim =
  /** The key is ours: do the work, then `complete`, or `abandon` with this claim's token. */
  | { readonly state: 'claimed'; readonly token: string }
  /** Somebody is at it right now. */
  | { readonly state: 'running'; readonly bodyHash: string }
  /** It was done: `result` is what `complete` was given. */
  | { readonly state: 'done'; readonly bodyHash: string; readonly result: string };

/**
 * Remembers requests by key, so that a repeat is answered and not done again. A key is scoped by the caller (put the
 * credential's keyId in it). An unfinished claim lapses after `claimTtlMs`. Rejects with `store-unavailable`.
 */
export interface IdempotencyStore {
  claim(key: string, bodyHash: string, claimTtlMs: number): Promise<IdempotencyClaim>;
  /** Keeps `result` for `keepMs` (24 h for pushes). */
  complete(key: string, bodyHash: string, result: string, keepMs: number): Promise<void>;
  /** Frees the key if the claim with this token still holds it: one that has lapsed must not free a newer one. */
  abandon(key: string, token: string): Promise<void>;
}
