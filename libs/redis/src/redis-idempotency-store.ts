import { randomUUID } from 'node:crypto';
import type { IdempotencyStore } from '@longwire/domain';
import { requestKey } from './keys.ts';
import { luaScript } from './lua-script.ts';
import type { RedisConnection } from './redis-connection.ts';

const claimRequest = luaScript('claim-request');
const completeRequest = luaScript('complete-request');
const abandonRequest = luaScript('abandon-request');

/** An IdempotencyStore in Redis. */
export function createRedisIdempotencyStore({ commands }: RedisConnection): IdempotencyStore {
  return {
    async claim(key, bodyHash, claimTtlMs) {
      const token = randomUUID();
      const earlier = await commands.script(claimRequest, [requestKey(key)], [bodyHash, claimTtlMs, token]);
      if (earlier === null) return { state: 'claimed', token };
      const [claimedBy = '', result] = earlier as string[];
      return result === undefined
        ? { state: 'running', bodyHash: claimedBy }
        : { state: 'done', bodyHash: claimedBy, result };
    },
    async complete(key, bodyHash, result, keepMs) {
      await commands.script(completeRequest, [requestKey(key)], [bodyHash, result, keepMs]);
    },
    async abandon(key, token) {
      await commands.script(abandonRequest, [requestKey(key)], [token]);
    },
  };
}
