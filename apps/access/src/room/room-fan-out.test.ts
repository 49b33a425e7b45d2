import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import fc from 'fast-check';
import { EncodedBatch } from '../delivery/encoded-batch.ts';
import type { FanOutTally } from './fan-out.ts';
import { placeOf } from './member-places.ts';
import type { FanOutEnd } from './room-fan-out.ts';
import type { Member } from './room.ts';
import { Room } from './room.ts';

type TestMember = Member & { readonly got: string[]; isClosed: boolean };

function memberOf(): TestMember {
  const got: string[] = [];
  const offer = (bytes: Uint8Array): 'written' => {
    got.push(Buffer.from(bytes).toString());
    return 'written';
  };
  return {
    got,
    isClosed: false,
    lastFanOut: 0,
    rooms: [],
    roomIndexes: [],
    slot: 0,
    outbox: { offerBulk: offer, offerExpress: offer },
  };
}

function setUp(count: number) {
  const room = new Room(trustedId<RoomId>('a'));
  const members = Array.from({ length: count }, memberOf);
  for (const member of members) room.add(member);
  const ends: { frames: number; end: FanOutEnd }[] = [];
  const begin = (text: string) =>
    room.begin(
      EncodedBatch.ofPlain(new TextEncoder().encode(text), () => undefined),
      {
        onBegun: () => undefined,
        onWritten: ({ frames }: FanOutTally, end) => ends.push({ frames, end }),
      },
    );
  return { room, members, ends, begin };
}

const texts = (members: readonly TestMember[]): string[] => members.map(({ got }) => got.join(''));

test('a batch reaches everybody once over several turns and is reported once, at the end', () => {
  const { members, room, ends, begin } = setUp(5);
  const fanOut = begin('a');
  fanOut.advance(2);
  assert.deepEqual([texts(members), fanOut.waiting, ends], [['a', 'a', '', '', ''], 3, []]);
  fanOut.advance(2);
  fanOut.advance(2);
  assert.deepEqual([texts(members), room.fanOut, ends], [Array(5).fill('a'), null, [{ frames: 5, end: 'turns' }]]);
});

test('the next batch finds the one before written', () => {
  const { members, ends, begin } = setUp(3);
  begin('a').advance(1);
  begin('b').advance(1);
  assert.deepEqual([texts(members), ends], [['ab', 'a', 'a'], [{ frames: 3, end: 'settled' }]]);
});

test('who leaves, or is held for a resume, has had the batch; who joins or is released meanwhile does not get it', () => {
  const { room, members, begin } = setUp(6);
  const [one, leaver, held, released] = members;
  assert.ok(one && leaver && held && released);
  room.hold(released);
  begin('a').advance(1);
  const late = memberOf();
  room.add(late);
  room.remove(leaver);
  room.hold(held);
  room.release(released);
  assert.deepEqual(texts([leaver, held, released, late]), ['a', 'a', '', '']);
  room.add(leaver);
  room.fanOut?.settle();
  assert.deepEqual(texts([...members, late]), ['a', 'a', 'a', '', 'a', 'a', '']);
});

test('a member that has closed is passed over and not counted', () => {
  const { room, members, ends, begin } = setUp(3);
  const [, closed] = members;
  begin('a').advance(1);
  if (closed !== undefined) {
    closed.isClosed = true;
    room.remove(closed);
  }
  room.fanOut?.advance(10);
  assert.deepEqual([texts(members), ends], [['a', '', 'a'], [{ frames: 2, end: 'turns' }]]);
});

test('a fan-out whose last waiting members have left is over', () => {
  const { room, members, ends, begin } = setUp(3);
  begin('a');
  for (const member of members) room.remove(member);
  assert.deepEqual([texts(members), room.fanOut, ends], [['a', 'a', 'a'], null, [{ frames: 3, end: 'turns' }]]);
});

const action = fc.record({
  kind: fc.constantFrom('add', 'remove', 'hold', 'release', 'begin', 'advance', 'settleFor'),
  member: fc.nat({ max: 7 }),
});

test('over any order of joins, leaves, holds and turns each has exactly the batches that came while it listened', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
      const { room, members, begin } = setUp(8);
      const expected = members.map(() => '');
      let batches = 0;
      for (const { kind, member: index } of actions) {
        const member = members[index];
        if (member === undefined) continue;
        const isIn = member.rooms.includes(room);
        if (kind === 'add' && !isIn) room.add(member);
        else if (kind === 'remove') room.remove(member);
        else if (kind === 'hold' && isIn) room.hold(member);
        else if (kind === 'release') room.release(member);
        else if (kind === 'advance') room.fanOut?.advance(1 + (index % 3));
        else if (kind === 'settleFor') room.fanOut?.settleFor(member);
        else if (kind === 'begin') {
          const text = String.fromCharCode(65 + (batches += 1));
          for (const [each, listener] of members.entries()) {
            if (listener.rooms.includes(room) && !room.isHeld(listener)) expected[each] += text;
          }
          begin(text);
        }
        assert.ok(room.members.every((present, place) => placeOf(room, present) === place));
        assert.equal(new Set(room.members).size, room.members.length);
      }
      room.fanOut?.settle();
      assert.deepEqual(texts(members), expected);
    }),
  );
});
