import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { digestRooms, sliceDigest, trustedId } from '@longwire/domain';
import type { NodeIncarnation, PresenceStore, RoomId, Session, SessionChange } from '@longwire/domain';
import { skipWithout } from '@longwire/testkit/servers';
import { createRedisLeaseStore, createRedisPresenceStore } from '../src/index.ts';
import { openRedisUnderTest } from './redis-under-test.ts';
import type { RedisUnderTest } from './redis-under-test.ts';

const skip = await skipWithout('redis-server');
const ROOMS = ['r0', 'r1', 'r2', 'r3'].map((room) => trustedId<RoomId>(room));
const seed = Date.now() % 100_000;

/** Numbers below a bound, the same for the same seed (mulberry32). */
function createDice(start: number): (bound: number) => number {
  let state = start;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** One access node that reports random changes of its sessions; `truth` is what it really holds. */
class RandomNode {
  readonly run: NodeIncarnation;
  readonly truth = new Map<string, Session>();
  readonly #dice: (bound: number) => number;
  #nextId = 0;

  constructor(name: string, start: number) {
    this.run = { nodeId: trustedId(name), incarnation: 1 };
    this.#dice = createDice(start);
  }

  changes(count: number): readonly SessionChange[] {
    return Array.from({ length: count }, () => this.#change());
  }

  #change(): SessionChange {
    const sessions = [...this.truth.values()];
    const session = sessions[this.#dice(sessions.length + 1)];
    if (session === undefined) return this.#open();
    const roomId = ROOMS[this.#dice(ROOMS.length)] ?? trustedId<RoomId>('r0');
    if (this.#dice(4) === 0) {
      this.truth.delete(session.connectionId);
      return { type: 'close', session };
    }
    const others = session.rooms.filter((room) => room !== roomId);
    const isLeave = session.rooms.includes(roomId);
    const after = { ...session, rooms: isLeave ? others : [...others, roomId] };
    this.truth.set(session.connectionId, after);
    return { type: isLeave ? 'leave' : 'join', session: after, roomId };
  }

  #open(): SessionChange {
    this.#nextId += 1;
    const session: Session = {
      connectionId: trustedId(`${this.run.nodeId}-${this.#nextId}`),
      userId: trustedId(`u${this.#dice(10)}`),
      deviceId: trustedId(`d${this.#dice(10)}`),
      platform: 'web',
      rooms: [],
      connectedAtMs: 1000,
    };
    this.truth.set(session.connectionId, session);
    return { type: 'open', session };
  }
}

async function assertTold(store: PresenceStore, nodes: readonly RandomNode[]): Promise<void> {
  const sessions = nodes.flatMap(({ truth }) => [...truth.values()]);
  const inRoom = (room: RoomId, of: readonly Session[]): number =>
    of.filter(({ rooms }) => rooms.includes(room)).length;
  assert.deepEqual(await store.totals(), {
    connections: sessions.length,
    users: new Set(sessions.map(({ userId }) => userId)).size,
    rooms: ROOMS.filter((room) => inRoom(room, sessions) > 0).length,
  });
  for (const { run, truth } of nodes) {
    const here = [...truth.values()];
    const expected = ROOMS.map((roomId) => ({
      roomId,
      online: inRoom(roomId, sessions),
      onlineAtNode: inRoom(roomId, here),
    }));
    assert.deepEqual(await store.roomsOnline(ROOMS, run.nodeId), expected);
  }
}

async function withRedis(run: (redis: RedisUnderTest) => Promise<void>): Promise<void> {
  const redis = await openRedisUnderTest();
  try {
    await redis.connection.commands.call('FLUSHDB');
    await run(redis);
  } finally {
    await redis.stop();
  }
}

describe(`two processes on one Redis (seed ${seed})`, { skip }, () => {
  test('indexes agree with what the nodes hold once changes stop, and are empty after all was swept', async () => {
    await withRedis(async ({ connection, peer, elapse }) => {
      const stores = [createRedisPresenceStore(connection, { leaveGraceMs: 0 }), createRedisPresenceStore(peer)];
      const nodes = Array.from({ length: 4 }, (_, index) => new RandomNode(`access-${index}`, seed + index));
      const [first, second] = stores;
      assert.ok(first !== undefined && second !== undefined);
      await Promise.all(
        nodes.map(async (node, index) => {
          const store = index % 2 === 0 ? first : second;
          for (let batch = 0; batch < 15; batch += 1) await store.apply(node.run, node.changes(40));
        }),
      );
      await assertTold(first, nodes);

      for (const { run } of nodes) await first.renewNode(run, 1);
      await elapse(1);
      await Promise.all(
        nodes.map(async ({ run }, index) => {
          const store = index % 2 === 0 ? second : first;
          while ((await store.sweepNode(run, 20)) > 0);
        }),
      );
      assert.deepEqual(await first.totals(), { connections: 0, users: 0, rooms: 0 });
      const keys = (await connection.commands.call('KEYS', 'lw:*')) as string[];
      assert.deepEqual(
        keys.filter((key) => !/:untold(-facts)?$/.test(key)),
        [],
      );
    });
  });

  test('a batch that broke off half way is made whole by the snapshot that follows', async () => {
    await withRedis(async ({ connection }) => {
      const store = createRedisPresenceStore(connection);
      const node = new RandomNode('access-1', seed);
      await store.renewNode(node.run, 60_000);
      await store.apply(node.run, node.changes(100));
      // What a process that died between the steps leaves behind: indexes without some of their entries.
      const keys = (await connection.commands.call('KEYS', 'lw:{[urd]*')) as string[];
      await connection.commands.call('UNLINK', 'lw:none', ...keys.filter((key) => !key.endsWith(':sizes')));
      const opens = [...node.truth.values()].map((session): SessionChange => ({ type: 'open', session }));
      await store.apply(node.run, opens);
      await store.completeSnapshot(node.run, new Set(node.truth.keys()));
      assert.equal(await store.renewNode(node.run, 60_000), 'known');
      await assertTold(store, [node]);
    });
  });

  test('digests agree after any changes over two processes, and find and mend what was lost of records or indexes', async () => {
    await withRedis(async ({ connection, peer }) => {
      const stores = [createRedisPresenceStore(connection), createRedisPresenceStore(peer)];
      const node = new RandomNode('access-1', seed);
      const other = new RandomNode('access-2', seed + 1);
      const compare = (store: PresenceStore) =>
        store.reconcile(node.run, sliceDigest(digestRooms(node.truth.values()), 0));
      const [store, second] = stores;
      assert.ok(store !== undefined && second !== undefined);
      await store.apply(other.run, other.changes(100));
      for (let batch = 0; batch < 20; batch += 1) {
        const applying: PresenceStore = stores[batch % 2] ?? store;
        await applying.apply(node.run, node.changes(30));
        assert.equal(await compare(applying), 'same');
      }
      // What shares a hash tag is lost together, when a server that took over lacked the last writes.
      for (const pattern of ['lw:{r*}:[cino]*', 'lw:{n:access-1}:[sd]*', 'lw:{n:access-1}:*', 'lw:*']) {
        const keys = (await connection.commands.call('KEYS', pattern)) as string[];
        assert.ok(keys.length > 0, pattern);
        await connection.commands.call('UNLINK', ...keys);
        assert.equal(await compare(store), 'differs', pattern);
        for (const { run, truth } of [node, other]) {
          await store.renewNode(run, 60_000);
          await store.apply(
            run,
            [...truth.values()].map((session): SessionChange => ({ type: 'open', session })),
          );
          await store.completeSnapshot(run, new Set(truth.keys()));
        }
        for (let turn = 0; turn < 2; turn += 1) await compare(store);
        assert.equal(await compare(store), 'same', pattern);
        await assertTold(store, [node, other]);
      }
    });
  });

  test('a connection that only a room index still holds is dropped by the digests', async () => {
    await withRedis(async ({ connection }) => {
      const store = createRedisPresenceStore(connection);
      const node = new RandomNode('access-1', seed);
      await store.apply(node.run, node.changes(100));
      const [stray] = [...node.truth.values()].filter(({ rooms }) => rooms.length > 0);
      assert.ok(stray !== undefined);
      await connection.commands.call('HDEL', 'lw:{n:access-1}:sessions:1', stray.connectionId);
      node.truth.delete(stray.connectionId);
      const digest = () => store.reconcile(node.run, sliceDigest(digestRooms(node.truth.values()), 0));
      assert.equal(await digest(), 'differs');
      const opens = [...node.truth.values()].map((session): SessionChange => ({ type: 'open', session }));
      await store.apply(node.run, opens);
      await store.completeSnapshot(node.run, new Set(node.truth.keys()));
      // Once around all buckets of rooms, for those that the node is on record for no more.
      for (let bucket = 0; bucket < 64; bucket += 1) await digest();
      assert.equal(await digest(), 'same');
      const online = await store.roomsOnline(ROOMS, node.run.nodeId);
      assert.deepEqual(
        online.map(({ onlineAtNode }) => onlineAtNode),
        ROOMS.map((room) => [...node.truth.values()].filter(({ rooms }) => rooms.includes(room)).length),
      );
    });
  });

  test('each of 64 leases has one holder while two processes claim and release at random', async () => {
    await withRedis(async ({ connection, peer }) => {
      const ids = Array.from({ length: 64 }, (_, index) => `partition:${index}`);
      const claimants = [connection, peer].map(createRedisLeaseStore);
      const dice = createDice(seed);
      for (let round = 0; round < 20; round += 1) {
        const claimed = await Promise.all(claimants.map((store, index) => store.claimMany(ids, `h${index}`, 60_000)));
        for (const [index] of ids.entries()) {
          assert.equal(claimed.filter((leases) => leases[index] !== undefined).length, 1);
        }
        const freed = ids.filter(() => dice(2) === 0);
        const releases = freed.flatMap((id) => claimants.map((store, index) => store.release(id, `h${index}`)));
        await Promise.all(releases);
      }
    });
  });
});
