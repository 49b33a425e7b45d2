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

function plainBatch(text: string): EncodedBatch {
  return EncodedBatch.ofPlain(new TextEncoder().encode(text), () => undefined);
}

function setUp(count: number) {
  const room = new Room(trustedId<RoomId>('a'));
  const members = Array.from({ length: count }, memberOf);
  for (const member of members) room.add(member);
  const ends: { frames: number; end: FanOutEnd }[] = [];
  const begin = (text: string) =>
    room.begin(plainBatch(text), {
      onBegun: () => undefined,
      onWritten: ({ frames }: FanOutTally, end) => ends.push({ frames, end }),
    });
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

test('what comes while a batch is under way goes out behind it, all in one write for each member', () => {
  const { room, members, ends, begin } = setUp(3);
  begin('a').advance(1);
  begin('b');
  const fanOut = begin('c');
  fanOut.advance(2);
  assert.deepEqual([texts(members), members[0]?.got.length], [['a', 'a', 'a'], 1]);
  fanOut.advance(3);
  assert.deepEqual(members[0]?.got, ['a', 'bc']);
  assert.deepEqual([texts(members), room.fanOut], [Array(3).fill('abc'), null]);
  assert.deepEqual(
    ends.map(({ frames, end }) => `${frames} ${end}`),
    ['3 turns', '3 turns', '3 merged'],
  );
});

test('the bytes of batches that went out together are counted once, their frames each', () => {
  const { room, members } = setUp(4);
  const tallies: FanOutTally[] = [];
  const observer = { onBegun: () => undefined, onWritten: (tally: FanOutTally) => tallies.push(tally) };
  for (const text of ['a', 'bb', 'ccc']) room.begin(plainBatch(text), observer);
  const [one] = members;
  if (one !== undefined) room.hold(one);
  room.fanOut?.settle();
  assert.equal(texts(members).join(' '), Array(4).fill('abbccc').join(' '));
  assert.deepEqual(
    tallies.map(({ frames }) => frames),
    [4, 4, 4],
  );
  assert.equal(
    tallies.reduce((sum, { bytes }) => sum + bytes, 0),
    4 * 6,
  );
});

test('a batch that is told of its first write is told once, also when one member had it before the others', () => {
  const { room, members } = setUp(2);
  let begun = 0;
  const observer = { onBegun: () => void (begun += 1), onWritten: () => undefined };
  room.begin(plainBatch('a'), { ...observer, onBegun: () => undefined }).advance(1);
  room.begin(plainBatch('b'), observer);
  assert.equal(begun, 0);
  const [, second] = members;
  if (second !== undefined) room.fanOut?.settleFor(second);
  room.fanOut?.settle();
  assert.deepEqual([begun, texts(members)], [1, ['ab', 'ab']]);
});

test('who joins, leaves or is held while batches wait gets those that came while it listened', () => {
  const { room, members, begin } = setUp(4);
  const [, leaver, held] = members;
  assert.ok(leaver && held);
  begin('a').advance(1);
  begin('b');
  const late = memberOf();
  room.add(late);
  room.remove(leaver);
  room.hold(held);
  begin('c');
  room.release(held);
  begin('d');
  assert.deepEqual(texts([leaver, held, late]), ['ab', 'ab', '']);
  room.fanOut?.settle();
  assert.deepEqual(texts([...members, late]), ['abcd', 'ab', 'abd', 'abcd', 'cd']);
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
  begin('a').advance(1);
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
