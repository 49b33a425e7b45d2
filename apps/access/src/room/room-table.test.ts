import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { createMemoryBus } from '@longwire/embedded';
import { fakeClock, settle } from '@longwire/testkit';
import type { Member } from './room.ts';
import { RoomTable } from './room-table.ts';

const ROOM = trustedId<RoomId>('a');

function setUp(lookup: () => Promise<void> = () => Promise.resolve()) {
  const clock = fakeClock();
  const buses = { bulkBus: createMemoryBus(), expressBus: createMemoryBus() };
  const got: string[] = [];
  const dropped: string[] = [];
  const rooms = new RoomTable({
    buses,
    clock,
    lingerMs: 5000,
    handlersFor: () => ({ onBulk: () => got.push('bulk'), onExpress: () => got.push('express') }),
    lookup,
    onNeedsChange: () => undefined,
    onJoined: () => undefined,
    onLeft: () => undefined,
    onDropped: (room) => dropped.push(room.roomId),
  });
  const member: Member = {
    outbox: { offerBulk: () => 'written', offerExpress: () => 'written' },
    slot: 0,
    rooms: [],
    roomIndexes: [],
    lastFanOut: 0,
    isClosed: false,
  };
  const publish = async (): Promise<void> => {
    for (const bus of [buses.bulkBus, buses.expressBus])
      bus.publish({ kind: 'room-batch', roomId: ROOM }, new Uint8Array(1));
    await settle();
  };
  return { clock, buses, rooms, got, dropped, member, publish };
}

test('a room is ready when both subscriptions are in effect and its facts are known', async () => {
  const { rooms, member, publish, got } = setUp();
  const room = rooms.join(ROOM, member);
  assert.equal(room.isReady, false);
  await room.ready;
  await publish();
  assert.deepEqual(got, ['bulk', 'express']);
});

test('facts that do not come hold a join up for 1 s and no longer', async () => {
  const { rooms, member, clock } = setUp(() => new Promise(() => undefined));
  const room = rooms.join(ROOM, member);
  await clock.advanceAsync(999);
  assert.equal(room.isReady, false);
  await clock.advanceAsync(1);
  assert.equal(room.isReady, true);
});

test('a room joined while the bus is gone is subscribed when it is back', async () => {
  const { rooms, member, buses, publish, got } = setUp();
  buses.bulkBus.setConnected(false);
  await rooms.join(ROOM, member).ready;
  buses.bulkBus.setConnected(true);
  await publish();
  assert.deepEqual(got, ['express']);
  rooms.sweep();
  await settle();
  await publish();
  assert.deepEqual(got, ['express', 'bulk', 'express']);
});

test('an empty room stays for 5 s and is then let go, unless someone holds it', async () => {
  const { rooms, member, clock, dropped, publish, got } = setUp();
  const room = rooms.join(ROOM, member);
  await room.ready;
  assert.equal(rooms.leave(room, member), true);
  assert.equal(rooms.leave(room, member), false);
  await clock.advanceAsync(4999);
  rooms.sweep();
  assert.equal(rooms.hold(ROOM), room);
  await clock.advanceAsync(60_000);
  rooms.sweep();
  assert.deepEqual(dropped, []);
  rooms.releaseHold(room);
  await clock.advanceAsync(5000);
  rooms.sweep();
  assert.deepEqual([dropped, rooms.size], [['a'], 0]);
  await publish();
  assert.deepEqual(got, []);
});
