import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import type { FanOutTally } from '../room/fan-out.ts';
import { Room } from '../room/room.ts';
import { EncodedBatch } from './encoded-batch.ts';
import { MAX_ROOMS_UNDER_WAY, RoomPacer } from './room-pacer.ts';

const PER_TURN = 3;

function setUp() {
  const written: string[] = [];
  const ends: string[] = [];
  const turns: (() => void)[] = [];
  const pacer = new RoomPacer({
    membersPerTurn: PER_TURN,
    onLarge: (end) => ends.push(end),
    defer: (task) => turns.push(task),
  });
  const roomOf = (id: string, size: number): Room => {
    const room = new Room(trustedId<RoomId>(id));
    const write = (bytes: Uint8Array): 'written' => {
      written.push(`${id}${Buffer.from(bytes).toString()}`);
      return 'written';
    };
    for (let index = 0; index < size; index += 1) {
      const outbox = { offerBulk: write, offerExpress: write };
      room.add({ outbox, slot: 0, rooms: [], roomIndexes: [], lastFanOut: 0, isClosed: false });
    }
    return room;
  };
  const tallies: number[] = [];
  let begun = 0;
  const observer = {
    onBegun: () => void (begun += 1),
    onWritten: ({ frames }: FanOutTally) => void tallies.push(frames),
  };
  const push = (room: Room, text: string): void => {
    pacer.fanOut(
      room,
      EncodedBatch.ofPlain(new TextEncoder().encode(text), () => undefined),
      observer,
    );
  };
  const turn = (): void => turns.shift()?.();
  return { written, ends, turns, pacer, roomOf, push, turn, tallies, begun: () => begun };
}

test('a room of as many members as one turn takes is written to at once, with nothing to wait for', () => {
  const { written, pacer, ends, turns, roomOf, push, tallies } = setUp();
  push(roomOf('a', PER_TURN), '1');
  assert.deepEqual([written.length, pacer.underWay, turns.length, ends, tallies], [PER_TURN, 0, 0, [], [PER_TURN]]);
});

test('one member more, and the rest follows in the next turn', () => {
  const { written, pacer, ends, roomOf, push, turn, turns, tallies } = setUp();
  push(roomOf('a', PER_TURN + 1), '1');
  assert.deepEqual([written.length, pacer.underWay, tallies], [PER_TURN, 1, []]);
  turn();
  assert.deepEqual([written.length, pacer.underWay, tallies], [PER_TURN + 1, 0, [PER_TURN + 1]]);
  assert.deepEqual([ends, turns.length], [['turns'], 0]);
});

test('large rooms take turns, and a small one waits for none of them', () => {
  const { written, roomOf, push, turn, turns, begun } = setUp();
  push(roomOf('a', 3 * PER_TURN), '');
  push(roomOf('b', 2 * PER_TURN), '');
  push(roomOf('c', 1), '');
  assert.deepEqual([written.join(''), begun()], ['aaac', 2]);
  while (turns.length > 0) turn();
  assert.equal(written.join(''), 'aaacaaabbbaaabbb');
});

test('the next batch of a room writes out the one before, which then takes no turn', () => {
  const { written, ends, roomOf, push, turn, turns, pacer } = setUp();
  const room = roomOf('a', 2 * PER_TURN);
  for (const text of ['1', '2', '3']) push(room, text);
  assert.equal(written.join(' '), [...Array(6).fill('a1'), ...Array(6).fill('a2')].join(' '));
  assert.equal(pacer.underWay, 1);
  while (turns.length > 0) turn();
  assert.deepEqual([written.slice(12), ends], [Array(6).fill('a3'), ['settled', 'settled', 'turns']]);
});

test('at most 32 rooms have a batch under way: that of one more is written at once and counted', () => {
  const { written, ends, roomOf, push, turn, turns, pacer } = setUp();
  for (let index = 0; index < MAX_ROOMS_UNDER_WAY; index += 1) push(roomOf('a', PER_TURN + 1), '');
  assert.deepEqual([pacer.underWay, ends], [MAX_ROOMS_UNDER_WAY, []]);
  push(roomOf('b', PER_TURN + 1), '');
  assert.deepEqual([pacer.underWay, ends], [MAX_ROOMS_UNDER_WAY, ['crowded']]);
  assert.equal(written.filter((id) => id === 'b').length, PER_TURN + 1);
  while (turns.length > 0) turn();
  assert.equal(written.length, (MAX_ROOMS_UNDER_WAY + 1) * (PER_TURN + 1));
  push(roomOf('c', PER_TURN + 1), '');
  assert.equal(pacer.underWay, 1);
});
