export interface Lease {
  readonly leaseId: string;
  readonly holder: string;
  /**
   * Rises whenever the holder changes or the lease had lapsed, also over a loss of the store (it is at least the
   * store's clock in ms at that time): fences what an older holder still sends. A safe integer.
   */
  readonly epoch: number;
}

/**
 * Time-bound claims on ids. At most one holder at a time by the store's own clock; a holder must stop acting
 * when it could not renew within `ttlMs` of its last success. Rejects with `store-unavailable`.
 */
export interface LeaseStore {
  /** Claims the lease if free or lapsed, extends it (same epoch) if held by `holder`; undefined if another holds it. */
  claim(leaseId: string, holder: string, ttlMs: number): Promise<Lease | undefined>;
  /** Claims several at once, one outcome each, in order; not atomic over the ids. */
  claimMany(leaseIds: readonly string[], holder: string, ttlMs: number): Promise<readonly (Lease | undefined)[]>;
  /** Gives the lease up if `holder` still holds it. */
  release(leaseId: string, holder: string): Promise<void>;
  /** Announces a process as a candidate in a group for `ttlMs`, and returns all live candidates of it, sorted. */
  join(group: string, holder: string, ttlMs: number): Promise<readonly string[]>;
  /** Takes the candidate out at once. */
  leave(group: string, holder: string): Promise<void>;
}
