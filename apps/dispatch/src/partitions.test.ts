import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf, PARTITION_COUNT, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { RoomDemandQuery, RoomPush } from '@longwire/protos/bus/v1';
import {
  ASK_MS,
  cutOff,
  openWorld,
  owned,
  push,
  room,
  roomMessage,
  startDispatch,
  watchRoom,
} from '../test/harness.ts';
import type { DispatchProcess, World } from '../test/harness.ts';

const ROOM_PARTITION = partitionOf(room);

/** A room whose partition belongs to the first half of the partitions, or to the second. */
function roomInHalf(half: 0 | 1): RoomId {
  for (let index = 0; ; index += 1) {
    const roomId = trustedId<RoomId>(`room-${index}`);
    if (Math.floor(partitionOf(roomId) / (PARTITION_COUNT / 2)) === half) return roomId;
  }
}

/** Partitions whose pushes somebody takes; with as many owned as there are partitions, each has exactly one owner. */
async function servedPartitions(world: World): Promise<number> {
  let served = 0;
  for (let partition = 0; partition < PARTITION_COUNT; partition += 1) {
    const topic = { kind: 'room-push', partition } as const;
    const outcome = world.bulkBus.request(topic, RoomPush.encode({ messages: [] }).finish(), ASK_MS);
    await world.clock.advanceAsync(0);
    if ((await outcome).ok) served += 1;
  }
  return served;
}

test('one process owns all partitions as soon as it has started', async () => {
  const world = openWorld();
  const dispatch = await startDispatch(world);
  assert.deepEqual(await owned(dispatch), [64]);
  assert.equal(await servedPartitions(world), 64);
  await dispatch.app.stop();
  world.log.close();
});

test('two processes come to 32 partitions each and each partition has one owner all the way', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1');
  const second = await startDispatch(world, 'dispatch-2');
  for (let ms = 0; ms < 1500; ms += 100) {
    await world.clock.advanceAsync(100);
    const [a = 0, b = 0] = await owned(first, second);
    assert.ok(a + b <= 64, `${a} + ${b} owned`);
  }
  assert.deepEqual(await owned(first, second), [32, 32]);
  assert.equal(await servedPartitions(world), 64);
  assert.equal(await first.value('partitions_ended_total', '{reason="handed-over"}'), 32);
  assert.equal(await first.value('partitions_ended_total', '{reason="lapsed"}'), 0);
  await second.app.stop();
  await world.clock.advanceAsync(500);
  assert.deepEqual(await owned(first), [64]);
  await first.app.stop();
  world.log.close();
});

test('when an owner is killed the other takes its rooms within 3 s, with a higher epoch and seq from 1', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1');
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(1500);
  const roomId = roomInHalf(0);
  const { messages } = await watchRoom(world, roomId);
  await push(world, [roomMessage(1, {}, roomId)]);
  const takenByFirst = await first.value('room_messages_taken_total');
  const [victim, survivor] = takenByFirst === 1 ? [first, second] : [second, first];
  cutOff(victim);
  await world.clock.advanceAsync(3000);
  assert.deepEqual(await owned(victim, survivor), [0, 64]);
  await push(world, [roomMessage(2, {}, roomId)]);
  const [before, after] = messages;
  assert.deepEqual([before?.lw.seq, after?.lw.seq], [1, 1]);
  assert.ok((after?.lw.epoch ?? 0) > (before?.lw.epoch ?? 0));
  assert.equal(await survivor.value('room_messages_taken_total'), 1);
  await victim.app.stop();
  await survivor.app.stop();
  world.log.close();
});

test('over a graceful hand-over nothing is lost, order holds and the epoch rises', async () => {
  const world = openWorld();
  const roomId = roomInHalf(1);
  const first = await startDispatch(world, 'dispatch-1');
  const { messages } = await watchRoom(world, roomId);
  let second: DispatchProcess | undefined;
  for (let index = 0; index < 100; index += 1) {
    if (index === 30) second = await startDispatch(world, 'dispatch-2');
    // As service does: nobody listening means the partition is moving.
    while ((await push(world, [roomMessage(index, {}, roomId)])) === undefined) await world.clock.advanceAsync(50);
    await world.clock.advanceAsync(20);
  }
  await world.clock.advanceAsync(200);
  assert.deepEqual(
    messages.map((message) => message.index),
    Array.from({ length: 100 }, (_, index) => index),
  );
  const epochs = [...new Set(messages.map((message) => message.lw.epoch))];
  assert.ok(epochs.length >= 2);
  assert.deepEqual(
    epochs,
    epochs.toSorted((a, b) => a - b),
  );
  for (const epoch of epochs) {
    const seqs = messages.filter((message) => message.lw.epoch === epoch).map((message) => message.lw.seq);
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => index + 1),
    );
  }
  assert.ok(((await second?.value('room_messages_taken_total')) ?? 0) > 0);
  await first.app.stop();
  await second?.app.stop();
  world.log.close();
});

test('a process that stops in order is followed at once, without waiting for its leases to lapse', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1');
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(1500);
  await first.app.drain?.(1000);
  await world.clock.advanceAsync(500);
  assert.deepEqual(await owned(first, second), [0, 64]);
  await first.app.stop();
  await second.app.stop();
  world.log.close();
});

test('a new owner asks the access nodes what its partitions need', async () => {
  const world = openWorld();
  const asked: number[] = [];
  await world.bulkBus.subscribe({ kind: 'room-demand-query' }, (payload, respond) => {
    asked.push(...RoomDemandQuery.decode(payload).partitions);
    respond?.(new Uint8Array(0));
  });
  const first = await startDispatch(world);
  await world.clock.advanceAsync(0);
  assert.deepEqual(
    asked.toSorted((a, b) => a - b),
    Array.from({ length: 64 }, (_, index) => index),
  );
  await first.app.stop();
  world.log.close();
});

test('a partition that remembers too many rooms begins a new epoch, so that no seq comes twice within one', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1', { roomsPerPartition: 10 });
  const rooms = [room];
  for (let index = 0; rooms.length < 11; index += 1) {
    const roomId = trustedId<RoomId>(`many-${index}`);
    if (partitionOf(roomId) === ROOM_PARTITION) rooms.push(roomId);
  }
  const { messages } = await watchRoom(world);
  for (const roomId of rooms) await push(world, [roomMessage(1, {}, roomId)]);
  await world.clock.advanceAsync(1500);
  await push(world, [roomMessage(2)]);
  const [before, after] = messages;
  assert.equal(after?.lw.seq, 1);
  assert.ok((after?.lw.epoch ?? 0) > (before?.lw.epoch ?? 0));
  assert.deepEqual(await owned(first), [64]);
  await first.app.stop();
  world.log.close();
});

test('a room that gets ten times what it may is sampled: nothing is refused, gifts all come, viewers see no gap', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1', { roomRate: 10 });
  const { messages } = await watchRoom(world);
  let index = 0;
  for (let second = 0; second < 20; second += 1) {
    const batch = Array.from({ length: 100 }, () => {
      index += 1;
      return roomMessage(index, index % 50 === 0 ? { cmd: 'SEND_GIFT' } : {});
    });
    assert.equal((await push(world, batch))?.accepted, 100);
    await world.clock.advanceAsync(1000);
  }
  const gifts = messages.filter((message) => message.index % 50 === 0);
  assert.equal(gifts.length, 40);
  assert.ok(messages.length < 600, `${messages.length} of 2000`);
  assert.deepEqual(
    messages.map(({ lw }) => lw.seq),
    messages.map((_, place) => place + 1),
  );
  const shed = await first.value('room_messages_shed_total', '{class="normal"}');
  assert.equal(shed + messages.length, 2000);
  await first.app.stop();
  world.log.close();
});
