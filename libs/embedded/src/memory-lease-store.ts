import type { Clock, Lease, LeaseStore } from '@longwire/domain';

interface Claim {
  readonly holder: string;
  readonly epoch: number;
  readonly untilMs: number;
}

/** A LeaseStore for one process: claims live in memory and end with it. Holds an entry per lease id ever claimed. */
export function createMemoryLeaseStore({ clock }: { clock: Clock }): LeaseStore {
  const claims = new Map<string, Claim>();
  const groups = new Map<string, Map<string, number>>();

  const claimNow = (leaseId: string, holder: string, ttlMs: number): Lease | undefined => {
    const nowMs = clock.monotonic();
    const previous = claims.get(leaseId);
    const isHeld = previous !== undefined && previous.untilMs > nowMs;
    if (isHeld && previous.holder !== holder) return undefined;
    const epoch = isHeld ? previous.epoch : Math.max((previous?.epoch ?? 0) + 1, clock.now());
    claims.set(leaseId, { holder, epoch, untilMs: nowMs + ttlMs });
    return { leaseId, holder, epoch };
  };

  return {
    claim: (leaseId, holder, ttlMs) => Promise.resolve(claimNow(leaseId, holder, ttlMs)),
    claimMany: (leaseIds, holder, ttlMs) => Promise.resolve(leaseIds.map((id) => claimNow(id, holder, ttlMs))),
    release(leaseId, holder) {
      const claim = claims.get(leaseId);
      // The entry stays, so that the next epoch rises even within the same millisecond.
      if (claim?.holder === holder) claims.set(leaseId, { ...claim, untilMs: Number.NEGATIVE_INFINITY });
      return Promise.resolve();
    },
    join(group, holder, ttlMs) {
      const nowMs = clock.monotonic();
      const candidates = groups.get(group) ?? new Map<string, number>();
      groups.set(group, candidates);
      candidates.set(holder, nowMs + ttlMs);
      for (const [candidate, untilMs] of candidates) if (untilMs <= nowMs) candidates.delete(candidate);
      return Promise.resolve([...candidates.keys()].toSorted());
    },
    leave(group, holder) {
      groups.get(group)?.delete(holder);
      return Promise.resolve();
    },
  };
}
