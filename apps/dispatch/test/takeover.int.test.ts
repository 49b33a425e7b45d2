import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { partitionOf, PARTITION_COUNT, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import type { OpenBus } from '@longwire/nats';
import { PartitionClaims, RoomBatch, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { skipWithout, startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { startDispatchProcess } from './dispatch-process.ts';
import type { DispatchProcess } from './dispatch-process.ts';

const skip = (await skipWithout('nats-server')) || (await skipWithout('redis-server'));
const OWNED = 'longwire_dispatch_partitions_owned';
/** Of a slow machine: what is awaited takes a second or two. */
const WITHIN = { timeoutMs: 30_000 };
/** A lease lasts 2 s and a round comes every 500 ms: so many fit into the 3 s in which the other has taken over. */
const ROUNDS_OF_A_TAKEOVER = 6;

/** Of a process that is to hand over: nobody who waits for these to lapse is done within a test. */
const LONG_LEASE = { LONGWIRE_DISPATCH_LEASE_TTL: '30s' };

/** One room in each partition. */
const ROOMS: readonly RoomId[] = Array.from({ length: PARTITION_COUNT }, (_, partition) => {
  for (let index = 0; ; index += 1) {
    const roomId = trustedId<RoomId>(`room-${partition}-${index}`);
    if (partitionOf(roomId) === partition) return roomId;
  }
});

describe('two dispatch processes on real servers', { skip }, () => {
  let nats: RunningServer;
  let redis: RunningServer;
  let bus: OpenBus;
  let nextId = 0;
  const processes: DispatchProcess[] = [];
  const received = new Map<string, { readonly epoch: number; readonly seq: number }[]>();
  /** The newest owner of each partition, by what processes say; every round they say what they own already. */
  const ownerEpochs = new Map<number, number>();
  let rounds = 0;
  let roundsBeforeNews = 0;

  before(async () => {
    [nats, redis] = await Promise.all([startNats(), startRedis()]);
    bus = await openNatsBus({ url: nats.url, lane: 'bulk', name: 'test', logger: createSilentLogger() });
    await bus.subscribe({ kind: 'partition-claims' }, (payload) => {
      const { partitions, epochs } = PartitionClaims.decode(payload);
      const news = partitions.filter((partition, index) => (epochs[index] ?? 0) > (ownerEpochs.get(partition) ?? 0));
      for (const partition of news) ownerEpochs.set(partition, epochs[partitions.indexOf(partition)] ?? 0);
      if (news.length === 0) rounds += 1;
      else roundsBeforeNews = rounds;
    });
    for (const roomId of ROOMS) {
      received.set(roomId, []);
      await bus.subscribe({ kind: 'room-batch', roomId }, (payload) => {
        const { epoch, firstSeq, count } = RoomBatch.decode(payload);
        for (let seq = firstSeq; seq < firstSeq + count; seq += 1) received.get(roomId)?.push({ epoch, seq });
      });
    }
  });

  after(async () => {
    await Promise.all(processes.map((process) => process.end('SIGKILL')));
    await bus.close();
    await Promise.all([nats.stop(), redis.stop()]);
  });

  const start = async (name: string, settings: Readonly<Record<string, string>> = {}): Promise<DispatchProcess> => {
    const started = await startDispatchProcess(name, { natsUrl: nats.url, redisUrl: redis.url, settings });
    processes.push(started);
    return started;
  };

  /** Pushes one message to a room, again while surely nobody took it, as service does; resolves when it has arrived. */
  const push = async (roomId: RoomId): Promise<void> => {
    const before = received.get(roomId)?.length ?? 0;
    nextId += 1;
    const payload = Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', nextId }));
    const messages = [{ messageId: `m${nextId}`, roomId, payload, acceptedAtMs: Date.now(), isUnkeyed: false }];
    await eventually(async () => {
      const topic = { kind: 'room-push', partition: partitionOf(roomId) } as const;
      const outcome = await bus.request(topic, RoomPush.encode({ messages }).finish(), 500);
      return outcome.ok && RoomPushReply.decode(outcome.payload).accepted === 1;
    }, WITHIN);
    await eventually(() => (received.get(roomId)?.length ?? 0) > before, WITHIN);
  };

  const pushToAll = async (): Promise<void> => {
    await Promise.all(ROOMS.map(push));
  };

  const settledAt = (count: number, ...owners: readonly DispatchProcess[]): Promise<unknown> =>
    eventually(async () => {
      for (const owner of owners) assert.equal(await owner.value(OWNED), count, owner.name);
      return true;
    }, WITHIN);

  /** Ends a process; how many rounds the one that is left has from its end until it has taken all that was the other's. */
  const roundsUntilTakenOver = async (
    ending: Promise<unknown>,
    owned: ReadonlyMap<number, number>,
  ): Promise<number> => {
    await ending;
    // What was said before is behind us once the server has answered.
    await eventually(() => bus.flush(), WITHIN);
    [rounds, roundsBeforeNews] = [0, 0];
    const hasNewOwner = ([partition, epoch]: readonly [number, number]): boolean =>
      (ownerEpochs.get(partition) ?? 0) > epoch;
    await eventually(() => [...owned].filter(hasNewOwner).length === PARTITION_COUNT / 2, WITHIN);
    return roundsBeforeNews;
  };

  it('share the rooms, and when one is killed the other serves all of them as soon as the leases are over', async () => {
    const first = await start('dispatch-1');
    await pushToAll();
    const second = await start('dispatch-2');
    await settledAt(32, first, second);
    await pushToAll();
    const taken = await roundsUntilTakenOver(first.end('SIGKILL'), new Map(ownerEpochs));
    assert.ok(taken <= ROUNDS_OF_A_TAKEOVER, `took ${taken} rounds`);
    await pushToAll();
    await settledAt(64, second);
  });

  it('a process killed and started again under its name takes its part, with higher epochs', async () => {
    const second = processes.find((process) => process.name === 'dispatch-2');
    assert.ok(second);
    const first = await start('dispatch-1', LONG_LEASE);
    await settledAt(32, first, second);
    await pushToAll();
  });

  it('a process that is asked to end hands over at once and exits with 0', async () => {
    const [, second, first] = processes;
    assert.ok(first && second);
    const owned = new Map(ownerEpochs);
    const ending = first.end('SIGTERM');
    const taken = roundsUntilTakenOver(ending, owned);
    await pushToAll();
    assert.equal(await ending, 0);
    // The round that was under way, and the next. Its leases would have lasted for sixty.
    assert.ok((await taken) <= 2, `took ${await taken} rounds`);
    await settledAt(64, second);
  });

  it('in all of that every room saw rising epochs, and in each its seqs from 1 without a gap', async () => {
    assert.ok([...received.values()].every((seen) => seen.length >= 5));
    for (const [roomId, seen] of received) {
      let last = { epoch: 0, seq: 0 };
      for (const { epoch, seq } of seen) {
        assert.ok(epoch >= last.epoch, `${roomId} went back to an older epoch`);
        assert.equal(seq, epoch === last.epoch ? last.seq + 1 : 1, roomId);
        last = { epoch, seq };
      }
    }
  });
});
