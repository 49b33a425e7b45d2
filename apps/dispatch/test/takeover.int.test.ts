import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { partitionOf, PARTITION_COUNT, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import type { OpenBus } from '@longwire/nats';
import { RoomBatch, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { createSilentLogger } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { skipWithout, startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { startDispatchProcess } from './dispatch-process.ts';
import type { DispatchProcess } from './dispatch-process.ts';

const skip = (await skipWithout('nats-server')) || (await skipWithout('redis-server'));
const OWNED = 'longwire_dispatch_partitions_owned';

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

  before(async () => {
    [nats, redis] = await Promise.all([startNats(), startRedis()]);
    bus = await openNatsBus({ url: nats.url, lane: 'bulk', name: 'test', logger: createSilentLogger() });
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

  const start = async (name: string): Promise<DispatchProcess> => {
    const started = await startDispatchProcess(name, { natsUrl: nats.url, redisUrl: redis.url });
    processes.push(started);
    return started;
  };

  /** Pushes one message to a room, again while surely nobody took it, as service does. */
  const push = async (roomId: RoomId): Promise<void> => {
    nextId += 1;
    const payload = Buffer.from(JSON.stringify({ cmd: 'DANMU_MSG', nextId }));
    const messages = [{ messageId: `m${nextId}`, roomId, payload, acceptedAtMs: Date.now(), isUnkeyed: false }];
    await eventually(async () => {
      const topic = { kind: 'room-push', partition: partitionOf(roomId) } as const;
      const outcome = await bus.request(topic, RoomPush.encode({ messages }).finish(), 500);
      return outcome.ok && RoomPushReply.decode(outcome.payload).accepted === 1;
    });
  };

  const pushToAll = async (): Promise<void> => {
    await Promise.all(ROOMS.map(push));
  };

  const settledAt = (count: number, ...owners: readonly DispatchProcess[]): Promise<unknown> =>
    eventually(async () => {
      for (const owner of owners) assert.equal(await owner.value(OWNED), count, owner.name);
      return true;
    });

  it('share the rooms, and when one is killed the other serves all of them within 3 s', async () => {
    const first = await start('dispatch-1');
    await pushToAll();
    const second = await start('dispatch-2');
    await settledAt(32, first, second);
    await pushToAll();
    const killedAt = performance.now();
    await first.end('SIGKILL');
    await pushToAll();
    const tookMs = performance.now() - killedAt;
    assert.ok(tookMs < 3000, `took ${Math.round(tookMs)} ms`);
    await settledAt(64, second);
  });

  it('a process killed and started again under its name takes its part, with higher epochs', async () => {
    const second = processes.find((process) => process.name === 'dispatch-2');
    assert.ok(second);
    const first = await start('dispatch-1');
    await settledAt(32, first, second);
    await pushToAll();
  });

  it('a process that is asked to end hands over at once and exits with 0', async () => {
    const [, second, first] = processes;
    assert.ok(first && second);
    const endedAt = performance.now();
    const ending = first.end('SIGTERM');
    await pushToAll();
    const tookMs = performance.now() - endedAt;
    assert.ok(tookMs < 2000, `took ${Math.round(tookMs)} ms`);
    assert.equal(await ending, 0);
    await settledAt(64, second);
  });

  it('in all of that every room saw rising epochs, and in each its seqs from 1 without a gap', async () => {
    await eventually(() => assert.ok([...received.values()].every((seen) => seen.length >= 5)));
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
