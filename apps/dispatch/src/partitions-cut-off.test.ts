import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionOf } from '@longwire/domain';
import { RoomPush, RoomPushReply } from '@longwire/protos/bus/v1';
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

const ROOM_PARTITION = partitionOf(room);

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

test('an owner whose time is over answers that it took nothing', async () => {
  const world = openWorld();
  const first = await startDispatch(world);
  // The event loop stood still: time has passed and no timer has run yet.
  const frozen = world.clock.monotonic();
  world.clock.monotonic = () => frozen + 5000;
  const topic = { kind: 'room-push', partition: ROOM_PARTITION } as const;
  const outcome = await world.bulkBus.request(topic, RoomPush.encode({ messages: [roomMessage(1)] }).finish(), ASK_MS);
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
