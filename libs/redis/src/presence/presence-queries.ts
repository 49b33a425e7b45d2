import { trustedId } from '@longwire/domain';
import type { LocatedSession, NodeId, OnlineTotals, RoomId, RoomOnline, Route, UserId } from '@longwire/domain';
import { PRESENCE_BUCKETS } from '../bucket.ts';
import {
  nodeRunsKey,
  onlineUsersKey,
  presenceNodesKey,
  roomConnectionsKey,
  roomNodesKey,
  roomSizesKey,
  routesKey,
  runSessionsKey,
} from '../keys.ts';
import type { RouteKind } from '../keys.ts';
import type { RedisCommands } from '../redis-commands.ts';
import { decodeDigest, decodePairs } from './digest-codec.ts';
import { decodeRoute, decodeRunRoute } from './route-codec.ts';
import { decodeSession } from './session-record.ts';

const sum = (counts: readonly unknown[]): number => counts.reduce<number>((total, count) => total + Number(count), 0);

/** Connections of a node, over its runs, in what a room's index says of each run. */
function countAt(nodeId: NodeId | undefined, places: readonly (readonly [string, string])[]): number {
  return sum(
    places.filter(([place]) => place.startsWith(`${nodeId}|`)).map(([, digest]) => decodeDigest(digest).count),
  );
}

const allBuckets = (): readonly number[] => Array.from({ length: PRESENCE_BUCKETS }, (_, bucket) => bucket);

/** Reads the presence indexes. Each answer is of one moment per key, not over all keys. */
export class PresenceQueries {
  readonly #commands: RedisCommands;

  constructor(commands: RedisCommands) {
    this.#commands = commands;
  }

  async routes(kind: RouteKind, ids: readonly string[]): Promise<readonly Route[]> {
    const found = await Promise.all(ids.map((id) => this.#commands.call('HVALS', routesKey(kind, id))));
    return (found as string[][]).flat().map(decodeRoute);
  }

  async sessionsOfUser(userId: UserId): Promise<readonly LocatedSession[]> {
    const routes = ((await this.#commands.call('HVALS', routesKey('u', userId))) as string[]).map(decodeRunRoute);
    const found = await Promise.all(
      routes.map(async ({ nodeId, incarnation, connectionId }) => {
        const record = await this.#commands.call('HGET', runSessionsKey(nodeId, incarnation), connectionId);
        return typeof record === 'string' ? [{ ...decodeSession(record), nodeId }] : [];
      }),
    );
    return found.flat();
  }

  async roomsOnline(roomIds: readonly RoomId[], nodeId?: NodeId): Promise<readonly RoomOnline[]> {
    return Promise.all(
      roomIds.map(async (roomId) => {
        const [online, places] = await Promise.all([
          this.#commands.call('HLEN', roomConnectionsKey(roomId)),
          nodeId === undefined ? [] : this.#commands.call('HGETALL', roomNodesKey(roomId)),
        ]);
        return { roomId, online: Number(online), onlineAtNode: countAt(nodeId, decodePairs(places)) };
      }),
    );
  }

  /** The largest of each bucket hold the largest of all: exact, however many rooms there are. */
  async topRooms(limit: number): Promise<readonly RoomOnline[]> {
    const last = Math.max(1, limit) - 1;
    const perBucket = await Promise.all(
      allBuckets().map((bucket) => this.#commands.call('ZREVRANGE', roomSizesKey(bucket), 0, last, 'WITHSCORES')),
    );
    const found = perBucket.flatMap((pairs) => decodePairs(pairs));
    return found
      .map(([roomId, online]) => ({ roomId: trustedId<RoomId>(roomId), online: Number(online), onlineAtNode: 0 }))
      .toSorted((one, other) => other.online - one.online)
      .slice(0, limit);
  }

  async totals(): Promise<OnlineTotals> {
    const buckets = allBuckets();
    const countAll = (command: 'SCARD' | 'ZCARD', keys: readonly string[]) =>
      Promise.all(keys.map((key) => this.#commands.call(command, key))).then(sum);
    const [connections, users, rooms] = await Promise.all([
      this.#countConnections(),
      countAll('SCARD', buckets.map(onlineUsersKey)),
      countAll('ZCARD', buckets.map(roomSizesKey)),
    ]);
    return { connections, users, rooms };
  }

  async #countConnections(): Promise<number> {
    const nodeIds = (await this.#commands.call('SMEMBERS', presenceNodesKey)) as string[];
    const counts = await Promise.all(
      nodeIds.map(async (nodeId) => {
        const runs = (await this.#commands.call('SMEMBERS', nodeRunsKey(nodeId))) as string[];
        return sum(await Promise.all(runs.map((run) => this.#commands.call('HLEN', runSessionsKey(nodeId, run)))));
      }),
    );
    return sum(counts);
  }
}
