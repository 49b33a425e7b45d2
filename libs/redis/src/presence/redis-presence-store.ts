import type { NodeIncarnation, PresenceEvent, PresenceStore, SessionChange } from '@longwire/domain';
import { bucketOf, createBucketRound, PRESENCE_BUCKETS } from '../bucket.ts';
import { nodeLeaseKey, nodeRunsKey, presenceNodesKey, runSessionsKey, untoldKeys } from '../keys.ts';
import { luaScript } from '../lua-script.ts';
import type { RedisConnection } from '../redis-connection.ts';
import { decodePairs } from './digest-codec.ts';
import { decodeEvent } from './presence-events.ts';
import { PresenceQueries } from './presence-queries.ts';
import { PresenceReconciler } from './presence-reconciler.ts';
import { PresenceSweeper } from './presence-sweeper.ts';
import { PRESENCE_EXPIRY_S, PresenceWriter } from './presence-writer.ts';
import { decodeSession } from './session-record.ts';

const renewNode = luaScript('renew-node');
const completeSnapshot = luaScript('complete-snapshot');
const takeEvents = luaScript('take-events');
const confirmEvents = luaScript('confirm-events');

/** Sessions that a snapshot closes in one go. */
const CLOSE_CHUNK = 500;

export interface RedisPresenceStoreOptions {
  /** How long a principal may be gone from a room before that is a leave; default 10 s. The same for all processes. */
  readonly leaveGraceMs?: number;
  /** How long an event that was handed out and not confirmed is held back; default 5 s. */
  readonly eventHoldMs?: number;
  /** Events that waited so long without anybody asking for them are held back for `settleMs` more; default 2 s. */
  readonly breakMs?: number;
  /** Default 3 s. */
  readonly settleMs?: number;
}

/** A PresenceStore in Redis. Built to be lost: nodes whose sessions are not on record are asked for a snapshot. */
export function createRedisPresenceStore(
  { commands }: RedisConnection,
  options: RedisPresenceStoreOptions = {},
): PresenceStore {
  const { leaveGraceMs = 10_000, eventHoldMs = 5000, breakMs = 2000, settleMs = 3000 } = options;
  const writer = new PresenceWriter(commands, { leaveGraceMs, eventHoldMs });
  const reconciler = new PresenceReconciler(commands, writer);
  const sweeper = new PresenceSweeper(commands, writer);
  const queries = new PresenceQueries(commands);
  const nextRound = createBucketRound(PRESENCE_BUCKETS);

  const closeUnnamed = async (node: NodeIncarnation, connectionIds: ReadonlySet<string>): Promise<void> => {
    const sessionsKey = runSessionsKey(node.nodeId, node.incarnation);
    const recorded = (await commands.call('HKEYS', sessionsKey)) as string[];
    const unnamed = recorded.filter((connectionId) => !connectionIds.has(connectionId));
    for (let from = 0; from < unnamed.length; from += CLOSE_CHUNK) {
      const records = await commands.call('HMGET', sessionsKey, ...unnamed.slice(from, from + CLOSE_CHUNK));
      const closes = (records as (string | null)[]).flatMap((record): SessionChange[] =>
        record === null ? [] : [{ type: 'close', session: decodeSession(record) }],
      );
      await writer.apply(node, closes);
    }
  };

  return {
    async renewNode({ nodeId, incarnation }, ttlMs) {
      const args = [incarnation, ttlMs, PRESENCE_EXPIRY_S];
      const [known] = await Promise.all([
        commands.script(renewNode, [nodeLeaseKey(nodeId), nodeRunsKey(nodeId)], args),
        commands.call('SADD', presenceNodesKey, nodeId),
      ]);
      return known === 1 ? 'known' : 'unknown';
    },
    apply: async (node, changes) => (await writer.apply(node, changes)) ?? [],
    async completeSnapshot(node, connectionIds) {
      const isCurrent = (await writer.apply(node, [])) !== undefined;
      if (!isCurrent) return;
      await closeUnnamed(node, connectionIds);
      await reconciler.putDigestsRight(node);
      const keys = [nodeLeaseKey(node.nodeId), runSessionsKey(node.nodeId, node.incarnation)];
      await commands.script(completeSnapshot, keys, [node.incarnation, connectionIds.size]);
    },
    lapsedNodes: () => sweeper.lapsedNodes(),
    sweepNode: (node, limit) => sweeper.sweepNode(node, limit),
    async takeEvents(limit) {
      const round = nextRound();
      const waiting = await Promise.all(round.map((bucket) => commands.call('ZCARD', untoldKeys(bucket)[0])));
      const taken: PresenceEvent[] = [];
      for (const [index, bucket] of round.entries()) {
        if (waiting[index] === 0) continue;
        if (taken.length >= limit) break;
        const args = [limit - taken.length, eventHoldMs, breakMs, settleMs];
        const reply = await commands.script(takeEvents, untoldKeys(bucket), args);
        taken.push(...decodePairs(reply).map(([eventId, facts]) => decodeEvent(eventId, facts)));
      }
      return taken;
    },
    async confirmEvents(events) {
      const perBucket = new Map<number, string[]>();
      for (const { roomId, eventId } of events) {
        const bucket = bucketOf(roomId, PRESENCE_BUCKETS);
        perBucket.set(bucket, [...(perBucket.get(bucket) ?? []), eventId]);
      }
      await Promise.all(
        [...perBucket].map(([bucket, eventIds]) => commands.script(confirmEvents, untoldKeys(bucket), eventIds)),
      );
    },
    reconcile: (node, digest) => reconciler.reconcile(node, digest),
    routesOfUsers: (userIds) => queries.routes('u', userIds),
    routesOfDevices: (deviceIds) => queries.routes('d', deviceIds),
    sessionsOfUser: (userId) => queries.sessionsOfUser(userId),
    roomsOnline: (roomIds, nodeId) => queries.roomsOnline(roomIds, nodeId),
    topRooms: (limit) => queries.topRooms(limit),
    totals: () => queries.totals(),
  };
}
