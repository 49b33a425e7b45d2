import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { takeRoomsToRefresh } from './room-facts.ts';
import { Room } from './room.ts';
import type { Member } from './room.ts';

function knownRoom(name: string): Room {
  const room = new Room(trustedId<RoomId>(name));
  room.isKnown = true;
  takeRoomsToRefresh([room], 0);
  return room;
}

function memberOf(room: Room): void {
  const offer = () => 'queued' as const;
  const member: Member = {
    outbox: { offerBulk: offer, offerExpress: offer },
    slot: 0,
    rooms: [],
    roomIndexes: [],
    lastFanOut: 0,
    isClosed: false,
  };
  room.add(member);
}

test('a room whose count somebody was told is looked up with the next call, once', () => {
  const room = knownRoom('asked');
  room.wasAsked = true;
  assert.deepEqual(takeRoomsToRefresh([room], 1), [room]);
  assert.deepEqual(takeRoomsToRefresh([room], 2), []);
});

test('a heartbeat in a room where nobody else asks is told a count of the last 5 s', () => {
  const room = knownRoom('quiet');
  memberOf(room);
  assert.deepEqual(takeRoomsToRefresh([room], 4_999), []);
  assert.deepEqual(takeRoomsToRefresh([room], 5_000), [room]);
  assert.deepEqual(takeRoomsToRefresh([room], 9_999), []);
  assert.deepEqual(takeRoomsToRefresh([room], 10_000), [room]);
});

test('a room that nobody is in is looked up every 30 s for its zone, one that logic was silent about each time', () => {
  const empty = knownRoom('empty');
  assert.deepEqual(takeRoomsToRefresh([empty], 29_999), []);
  assert.deepEqual(takeRoomsToRefresh([empty], 30_000), [empty]);
  empty.isKnown = false;
  assert.deepEqual(takeRoomsToRefresh([empty], 30_001), [empty]);
});
