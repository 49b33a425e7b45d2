import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import type { FanOutTally } from '../room/fan-out.ts';
import { Room } from '../room/room.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { MAX_BYTES, MAX_ROOM_BYTES, RoomPacer } from './room-pacer.ts';

const PER_TURN = 3;

function setUp() {
  const written: string[] = [];
  const ends: string[] = [];
  const turns: (() => void)[] = [];
  const pacer = new RoomPacer({
    membersPerTurn: PER_TURN,
    onPaced: (end) => ends.push(end),
    defer: (task) => turns.push(task),
  });
  const roomOf = (id: string, size: number): Room => {
    const room = new Room(trustedId<RoomId>(id));
    const write = (bytes: Uint8Array): 'written' => {
      written.push(`${id}${bytes.length > 100 ? bytes.length : Buffer.from(bytes).toString()}`);
      return 'written';
    };
    for (let index = 0; index < size; index += 1) {
      const outbox = { offerBulk: write, offerExpress: write };
      room.add({ outbox, slot: 0, rooms: [], roomIndexes: [], lastFanOut: 0, isClosed: false });
    }
    return room;
  };
  const tallies: number[] = [];
  const shed: number[] = [];
  const observer = {
    onBegun: () => undefined,
    onWritten: ({ frames }: FanOutTally) => void tallies.push(frames),
    onShed: (listeners: number) => void shed.push(listeners),
  };
  const push = (room: Room, content: string | Uint8Array): void => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    pacer.fanOut(
      room,
      EncodedBatch.ofPlain(bytes, () => undefined),
      observer,
    );
  };
  const turn = (): void => turns.shift()?.();
  const toTheEnd = (): void => {
    while (pacer.underWay > 0) turn();
  };
  return { written, ends, turns, pacer, roomOf, push, turn, toTheEnd, tallies, shed };
}

test('a room of as many members as one turn takes is written to at once', () => {
  const { written, pacer, ends, roomOf, push, tallies } = setUp();
  push(roomOf('a', PER_TURN), '1');
  assert.deepEqual([written.length, pacer.underWay, ends, tallies], [PER_TURN, 0, [], [PER_TURN]]);
});

test('one member more, and the rest follows in the next turn', () => {
  const { written, pacer, ends, roomOf, push, turn, turns, tallies } = setUp();
  push(roomOf('a', PER_TURN + 1), '1');
  assert.deepEqual([written.length, pacer.underWay, tallies], [PER_TURN, 1, []]);
  turn();
  assert.deepEqual([written.length, pacer.underWay, tallies], [PER_TURN + 1, 0, [PER_TURN + 1]]);
  assert.deepEqual([ends, turns.length], [['turns'], 0]);
});

test('what one read brings for small rooms is written so many members a turn, too', () => {
  const { written, roomOf, push, turn, pacer } = setUp();
  const rooms = ['a', 'b', 'c', 'd', 'e'].map((id) => roomOf(id, 2));
  for (const room of rooms) push(room, '');
  assert.equal(written.join(''), 'aab');
  turn();
  assert.equal(written.join(''), 'aabbcc');
  turn();
  assert.equal(written.join(''), 'aabbccdde');
  turn();
  assert.deepEqual([written.join(''), pacer.underWay], ['aabbccddee', 0]);
});

test('large rooms take turns, and a small one is written to beside them', () => {
  const { written, roomOf, push, turn, toTheEnd } = setUp();
  push(roomOf('a', 3 * PER_TURN), '');
  push(roomOf('b', 2 * PER_TURN), '');
  assert.equal(written.join(''), 'aaa');
  turn();
  push(roomOf('c', 1), '');
  assert.equal(written.join(''), 'aaaaaac');
  toTheEnd();
  assert.equal(written.join(''), 'aaaaaacbbbaaabbb');
});

test('a room that gets batches faster than it is written to gets them together, and no turn holds more than its members', () => {
  const { written, ends, roomOf, push, turn, toTheEnd, pacer } = setUp();
  const room = roomOf('a', 2 * PER_TURN);
  for (const text of ['1', '2', '3']) push(room, text);
  assert.deepEqual(written, Array(PER_TURN).fill('a1'));
  turn();
  assert.deepEqual(written.slice(PER_TURN), Array(PER_TURN).fill('a1'));
  push(room, '4');
  toTheEnd();
  assert.deepEqual(written.slice(2 * PER_TURN), Array(2 * PER_TURN).fill('a234'));
  assert.deepEqual([ends, pacer.sizeBytes], [['turns', 'turns', 'merged', 'merged'], 0]);
});

test('a room with a batch under way may have so many bytes waiting: the batch that goes beyond is shed and counted', () => {
  const { written, roomOf, push, toTheEnd, pacer, shed } = setUp();
  const room = roomOf('a', 2 * PER_TURN);
  push(room, new Uint8Array(1000));
  push(room, new Uint8Array(MAX_ROOM_BYTES - 1000));
  assert.deepEqual([pacer.sizeBytes, shed], [MAX_ROOM_BYTES, []]);
  push(room, new Uint8Array(1));
  assert.deepEqual([pacer.sizeBytes, shed], [MAX_ROOM_BYTES, [2 * PER_TURN]]);
  toTheEnd();
  assert.deepEqual([pacer.sizeBytes, written.length], [0, 4 * PER_TURN]);
  push(room, new Uint8Array(MAX_ROOM_BYTES + 1));
  toTheEnd();
  assert.equal(written.at(-1), `a${MAX_ROOM_BYTES + 1}`, 'one batch is taken whatever its size');
});

test('all rooms together may have so many bytes waiting', () => {
  const { roomOf, push, toTheEnd, pacer, shed } = setUp();
  const size = MAX_ROOM_BYTES;
  for (let index = 0; index < MAX_BYTES / size; index += 1) push(roomOf('a', PER_TURN + 1), new Uint8Array(size));
  assert.deepEqual([pacer.sizeBytes, shed], [MAX_BYTES, []]);
  const late = roomOf('b', PER_TURN + 1);
  push(late, '1');
  assert.deepEqual([pacer.sizeBytes, shed], [MAX_BYTES, [PER_TURN + 1]]);
  toTheEnd();
  push(late, '2');
  assert.deepEqual([shed.length, pacer.underWay], [1, 1]);
});
