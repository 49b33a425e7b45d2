import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf, PARTITION_COUNT, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { RoomDemandQuery, RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
import { cutOff, openWorld, push, room, roomMessage, startDispatch, watchRoom } from '../test/harness.ts';
import type { DispatchProcess, World } from '../test/harness.ts';

const ROOM_PARTITION = partitionOf(room);

async function owned(...processes: readonly DispatchProcess[]): Promise<number[]> {
  return Promise.all(processes.map((process) => process.value('partitions_owned')));
}

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
    const outcome = world.bulkBus.request(topic, RoomPush.encode({ messages: [] }).finish(), 2000);
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

test('an owner that cannot renew stops acting before anybody else may begin', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1');
  const { batches } = await watchRoom(world);
  await push(world, [roomMessage(1)]);
  cutOff(first);
  await world.clock.advanceAsync(1899);
  assert.equal((await push(world, [roomMessage(2)]))?.accepted, 1);
  await world.clock.advanceAsync(1);
  assert.deepEqual(await owned(first), [0]);
  assert.equal(await push(world, [roomMessage(3)]), undefined);
  const isFree = (await world.leases.claim(`partition:${ROOM_PARTITION}`, 'somebody', 2000)) !== undefined;
  assert.equal(isFree, false, 'the lease still runs when the owner has stopped');
  assert.equal(batches.length, 1);
  assert.equal(await first.value('partitions_ended_total', '{reason="lapsed"}'), 64);
  await first.app.stop();
  world.log.close();
});

test('what waits when a lease lapses is dropped and counted as stale, not sent', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1', { windowMs: 5000 });
  const { messages } = await watchRoom(world);
  await push(world, [roomMessage(1)]);
  await push(world, [roomMessage(2), roomMessage(3)]);
  cutOff(first);
  await world.clock.advanceAsync(10_000);
  assert.deepEqual(
    messages.map((message) => message.index),
    [1],
  );
  assert.equal(await first.value('stale_messages_total'), 2);
  assert.equal(await first.value('window_waiting_bytes'), 0);
  await first.app.stop();
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

test('a process cut off from the bus leaves its partitions to others and takes them up again later', async () => {
  const world = openWorld();
  const first = await startDispatch(world);
  world.bulkBus.setConnected(false);
  assert.equal(first.health.isReady().ready, false);
  await world.clock.advanceAsync(3000);
  assert.deepEqual(await owned(first), [0]);
  world.bulkBus.setConnected(true);
  await world.clock.advanceAsync(500);
  assert.deepEqual(await owned(first), [64]);
  assert.deepEqual(first.health.isReady(), { ready: true, reasons: [] });
  await first.app.stop();
  world.log.close();
});

test('while the lease store is away the process is not ready and goes on serving what it held', async () => {
  const world = openWorld();
  const first = await startDispatch(world);
  const { messages } = await watchRoom(world);
  first.line.isStoreGone = true;
  await world.clock.advanceAsync(10_000);
  assert.deepEqual(first.health.isReady(), { ready: false, reasons: ['dispatch-lease-store: does not answer'] });
  assert.deepEqual(await owned(first), [64]);
  assert.equal((await push(world, [roomMessage(1)]))?.accepted, 1);
  assert.equal(messages.length, 1);
  assert.equal(await first.value('partitions_ended_total', '{reason="lapsed"}'), 0);
  assert.ok((await first.value('overtime_rounds_total')) >= 15);
  first.line.isStoreGone = false;
  await world.clock.advanceAsync(500);
  assert.deepEqual(await owned(first), [64]);
  assert.equal(first.health.isReady().ready, true);
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

test('an owner whose time is over answers that it took nothing', async () => {
  const world = openWorld();
  const first = await startDispatch(world);
  // The event loop stood still: time has passed and no timer has run yet.
  const frozen = world.clock.monotonic();
  world.clock.monotonic = () => frozen + 5000;
  const topic = { kind: 'room-push', partition: ROOM_PARTITION } as const;
  const outcome = await world.bulkBus.request(topic, RoomPush.encode({ messages: [roomMessage(1)] }).finish(), 2000);
  assert.ok(outcome.ok);
  assert.deepEqual(RoomPushReply.decode(outcome.payload), { accepted: 0, isOverloaded: false });
  assert.equal(await first.value('stale_messages_total'), 1);
  await first.app.stop();
  world.log.close();
});

test('a lease that was given up for lost but still runs in the store is not taken up with its old epoch', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1', { leaseTtlMs: 2050 });
  const { messages } = await watchRoom(world);
  await push(world, [roomMessage(1)]);
  cutOff(first);
  // The process ends its partitions at 1950; at the round of 2000 the store still counts it as the holder.
  await world.clock.advanceAsync(1960);
  Object.assign(first.line, { isStoreGone: false, isBusGone: false });
  assert.deepEqual(await owned(first), [0]);
  await world.clock.advanceAsync(540);
  assert.deepEqual(await owned(first), [64]);
  await push(world, [roomMessage(2)]);
  const [before, after] = messages;
  assert.deepEqual([before?.lw.seq, after?.lw.seq], [1, 1]);
  assert.ok((after?.lw.epoch ?? 0) > (before?.lw.epoch ?? 0));
  await first.app.stop();
  world.log.close();
});

test('an owner cut off from the store alone stops as soon as another says on the bus that it owns the partition', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1');
  const { messages } = await watchRoom(world);
  await push(world, [roomMessage(1)]);
  first.line.isStoreGone = true;
  await world.clock.advanceAsync(5000);
  assert.deepEqual(await owned(first), [64]);
  const second = await startDispatch(world, 'dispatch-2');
  await world.clock.advanceAsync(1000);
  assert.deepEqual(await owned(first, second), [0, 64]);
  assert.equal(await first.value('partitions_ended_total', '{reason="taken"}'), 64);
  await push(world, [roomMessage(2)]);
  assert.equal(await first.value('room_messages_taken_total'), 1);
  assert.equal(await second.value('room_messages_taken_total'), 1);
  assert.ok((messages[1]?.lw.epoch ?? 0) >= (messages[0]?.lw.epoch ?? 0));
  await second.app.stop();
  await first.app.stop();
  world.log.close();
});

test('a process without the store that loses the bus as well gives its partitions up when its time is over', async () => {
  const world = openWorld();
  const first = await startDispatch(world);
  first.line.isStoreGone = true;
  await world.clock.advanceAsync(10_000);
  first.line.isBusGone = true;
  await world.clock.advanceAsync(2000);
  assert.deepEqual(await owned(first), [0]);
  first.line.isBusGone = false;
  await world.clock.advanceAsync(2000);
  assert.deepEqual(await owned(first), [0], 'what was given up comes back with the store only');
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

test('when the store comes back without its data, what was taken meanwhile still goes out before the new epoch', async () => {
  const world = openWorld();
  const first = await startDispatch(world, 'dispatch-1', { windowMs: 5000 });
  const { messages } = await watchRoom(world);
  first.line.isStoreGone = true;
  await world.clock.advanceAsync(5000);
  await push(world, [roomMessage(1)]);
  await push(world, [roomMessage(2), roomMessage(3)]);
  first.line.isStoreGone = false;
  await world.clock.advanceAsync(1000);
  assert.equal((await push(world, [roomMessage(4)]))?.accepted, 1);
  await world.clock.advanceAsync(500);
  assert.deepEqual(
    messages.map(({ index }) => index),
    [1, 2, 3, 4],
  );
  assert.deepEqual(await owned(first), [64]);
  assert.equal(await first.value('stale_messages_total'), 0);
  await first.app.stop();
  world.log.close();
});
