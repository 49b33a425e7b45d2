import type { Lease, LeaseStore } from '@longwire/domain';
import { groupKey, leaseKey } from './keys.ts';
import { luaScript } from './lua-script.ts';
import type { RedisConnection } from './redis-connection.ts';

const claimLease = luaScript('claim-lease');
const releaseLease = luaScript('release-lease');
const joinGroup = luaScript('join-group');

/** How long a lapsed lease is remembered for its epoch; after that the server's time alone keeps epochs rising. */
const REMEMBER_MS = 24 * 3600_000;

/** A LeaseStore in Redis. A lease that was given out is lost with the data: run Redis with an append-only file. */
export function createRedisLeaseStore({ commands }: RedisConnection): LeaseStore {
  const claim = async (leaseId: string, holder: string, ttlMs: number): Promise<Lease | undefined> => {
    const epoch = await commands.script(claimLease, [leaseKey(leaseId)], [holder, ttlMs, REMEMBER_MS]);
    return epoch === null ? undefined : { leaseId, holder, epoch: Number(epoch) };
  };
  return {
    claim,
    claimMany: (leaseIds, holder, ttlMs) => Promise.all(leaseIds.map((leaseId) => claim(leaseId, holder, ttlMs))),
    async release(leaseId, holder) {
      await commands.script(releaseLease, [leaseKey(leaseId)], [holder]);
    },
    async join(group, holder, ttlMs) {
      const candidates = await commands.script(joinGroup, [groupKey(group)], [holder, ttlMs]);
      return (candidates as string[]).toSorted();
    },
    async leave(group, holder) {
      await commands.call('ZREM', groupKey(group), holder);
    },
  };
}
