import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId, ZoneId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { EncodedBatch } from '../delivery/encoded-batch.ts';
import { slotOf } from '../delivery/slot.ts';
import { emptyTally, fanOutBulk, fanOutExpress } from './fan-out.ts';
import type { Member } from './room.ts';
import { Room } from './room.ts';
import { ZoneIndex } from './zones.ts';

type TestMember = Member & { readonly got: Uint8Array[]; isFull: boolean; isClosed: boolean };

function memberOf(encoding: 'plain' | 'zlib' | 'brotli', isMessageFramed = false): TestMember {
  const got: Uint8Array[] = [];
  const member: TestMember = {
    got,
    isFull: false,
    isClosed: false,
    lastFanOut: 0,
    rooms: [],
    roomIndexes: [],
    slot: slotOf(encoding, isMessageFramed),
    outbox: {
      offerBulk: (bytes) => (member.isFull ? 'shed' : (got.push(bytes), 'written')),
      offerExpress: (bytes) => (member.isFull ? 'full' : (got.push(bytes), 'written')),
    },
  };
  return member;
}

function roomOf(id: string): Room {
  return new Room(trustedId<RoomId>(id));
}

test('members stay dense and know their places over any order of leaving', () => {
  const rooms = [roomOf('a'), roomOf('b'), roomOf('c')];
  const members = Array.from({ length: 30 }, (_, index) => memberOf(index % 2 === 0 ? 'plain' : 'brotli'));
  for (const room of rooms) for (const member of members) room.add(member);
  let seed = 7;
  for (let step = 0; step < 60; step += 1) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const member = members[seed % members.length];
    if (member !== undefined) rooms[step % 3]?.remove(member);
    for (const room of rooms) {
      for (const [index, present] of room.members.entries()) {
        assert.equal(present.roomIndexes[present.rooms.indexOf(room)], index);
      }
    }
  }
  for (const room of rooms) for (const member of members) room.remove(member);
  assert.ok(rooms.every((room) => room.members.length === 0 && room.needs === 0));
});

test('the encodings needed follow the members', () => {
  const room = roomOf('a');
  const [plain, brotli] = [memberOf('plain'), memberOf('brotli', true)];
  room.add(plain);
  assert.equal(room.needs, 1);
  room.add(brotli);
  assert.equal(room.needs, 5);
  assert.equal(room.remove(plain), true);
  assert.equal(room.remove(plain), false);
  assert.equal(room.needs, 4);
});

test('members that share encoding and transport get the same buffer, and one encoding is made once', () => {
  const recoded: string[] = [];
  const batch = EncodedBatch.ofPlain(new Uint8Array(300), (encoding) => recoded.push(encoding));
  const members = [
    memberOf('brotli'),
    memberOf('brotli'),
    memberOf('brotli', true),
    memberOf('plain'),
    memberOf('zlib'),
  ];
  const tally = emptyTally();
  fanOutBulk(batch, members, { start: 0, end: members.length }, tally);
  assert.equal(members[0]?.got[0], members[1]?.got[0]);
  assert.notEqual(members[0]?.got[0], members[2]?.got[0]);
  assert.deepEqual(recoded, ['brotli', 'zlib']);
  assert.deepEqual([tally.frames, tally.shed], [5, 0]);
});

test('a batch that came in brotli alone is made plain and zlib from it', () => {
  const plain = new TextEncoder().encode('x'.repeat(500));
  const brotli = EncodedBatch.ofPlain(plain, () => undefined).bytesOf(slotOf('brotli', false)) ?? new Uint8Array();
  const batch = EncodedBatch.of([{ encoding: 4, frames: brotli }], () => undefined);
  assert.deepEqual(batch.bytesOf(slotOf('plain', false)), Buffer.from(plain));
  assert.ok(batch.bytesOf(slotOf('zlib', true)) !== null);
});

test('a batch that cannot be read in any encoding reaches those it can and is counted for the others', () => {
  const damaged = EncodedBatch.of([{ encoding: 4, frames: new Uint8Array(40) }], () => undefined);
  const members = [memberOf('brotli'), memberOf('plain'), memberOf('zlib')];
  const tally = emptyTally();
  fanOutBulk(damaged, members, { start: 0, end: 3 }, tally);
  assert.deepEqual([tally.frames, tally.unreadable], [1, 2]);
});

test('closed members are passed over, lagging ones shed bulk and are named when express does not fit', () => {
  const batch = EncodedBatch.ofPlain(new Uint8Array(10), () => undefined);
  const members = [memberOf('plain'), memberOf('plain'), memberOf('plain')];
  const [, closed, full] = members;
  if (closed !== undefined) closed.isClosed = true;
  if (full !== undefined) full.isFull = true;
  const [bulk, express] = [emptyTally(), emptyTally()];
  fanOutBulk(batch, members, { start: 0, end: 3 }, bulk);
  fanOutExpress(batch, members, { start: 0, end: 3 }, express);
  assert.deepEqual([bulk.frames, bulk.shed], [1, 1]);
  assert.deepEqual([express.frames, express.full], [1, [full]]);
});

test('a zone lists each connection of its rooms once, and a room that has moved is in its new zone alone', () => {
  const zones = new ZoneIndex();
  const [a, b] = [roomOf('a'), roomOf('b')];
  const [music, games] = [trustedId<ZoneId>('music'), trustedId<ZoneId>('games')];
  const [both, single] = [memberOf('plain'), memberOf('plain')];
  a.add(both);
  b.add(both);
  b.add(single);
  zones.setZone(a, music);
  zones.setZone(b, music);
  assert.deepEqual(zones.membersOf(music), [both, single]);
  assert.deepEqual(zones.membersOf(music), [both, single]);
  zones.setZone(b, games);
  assert.deepEqual(zones.membersOf(music), [both]);
  assert.deepEqual(zones.membersOf(games), [both, single]);
  zones.forget(b);
  assert.deepEqual(zones.membersOf(games), []);
});

test('a held member is a member and is left out of batches until it is released or leaves', () => {
  const room = roomOf('a');
  const [one, two] = [memberOf('plain'), memberOf('plain')];
  room.add(one);
  room.add(two);
  assert.equal(room.listeners, room.members, 'no copy while nobody is held');
  room.hold(one);
  assert.deepEqual([room.listeners, room.members.length, room.isHeld(one)], [[two], 2, true]);
  assert.deepEqual([room.release(one), room.release(one), room.listeners.length], [true, false, 2]);
  room.hold(two);
  room.remove(two);
  assert.deepEqual([room.release(two), room.listeners], [false, [one]]);
});
