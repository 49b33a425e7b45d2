import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { trustedId } from './ids.ts';
import type { RoomId } from './ids.ts';
import { differingRooms, digestRooms, hashOfId, ROOMS_PER_SLICE, sliceDigest, sliceOf } from './session-digest.ts';
import type { RoomDigest } from './session-digest.ts';

const session = (connection: string, ...rooms: string[]) => ({
  connectionId: trustedId<never>(connection),
  rooms: rooms.map((room) => trustedId<RoomId>(room)),
});
const roomsOf = (digests: readonly RoomDigest[], count: number): readonly RoomDigest[] => [
  ...digests,
  ...Array.from({ length: count }, (_, index) => ({ roomId: trustedId<RoomId>(`r${index}`), count: 1, hash: index })),
];

describe('the digest of a node', () => {
  test('is the same whatever the order of its sessions and of their rooms', () => {
    const one = digestRooms([session('c1', 'a', 'b'), session('c2', 'b'), session('c3')]);
    const other = digestRooms([session('c3'), session('c2', 'b'), session('c1', 'b', 'a')]);
    assert.deepEqual(differingRooms(sliceDigest(one, 0), other), []);
    assert.equal(one.find(({ roomId }) => roomId === '')?.count, 3);
  });

  test('names the rooms that differ: by a connection more or less, or by another one', () => {
    const told = sliceDigest(digestRooms([session('c1', 'a', 'b'), session('c2', 'c')]), 0);
    assert.deepEqual(differingRooms(told, digestRooms([session('c1', 'a', 'b'), session('c3', 'c')])), ['', 'c']);
    assert.deepEqual(differingRooms(told, digestRooms([session('c1', 'a'), session('c2', 'c')])), ['b']);
    assert.deepEqual(differingRooms(told, digestRooms([session('c1', 'a', 'b', 'd'), session('c2', 'c')])), ['d']);
    assert.deepEqual(new Set(differingRooms(told, [])), new Set(['', 'a', 'b', 'c']));
  });

  test('does not take connections that swapped rooms for the same, though their ids count up', () => {
    for (let index = 0; index < 200; index += 1) {
      const [one, two, three, four] = [0, 1, 2, 3].map((step) => `access-1-lx2k9-${(index * 4 + step).toString(36)}`);
      const told = digestRooms([session(one ?? '', 'a'), session(two ?? '', 'a')]);
      const held = digestRooms([session(three ?? '', 'a'), session(four ?? '', 'a')]);
      assert.deepEqual(differingRooms(sliceDigest(told, 0), held), ['', 'a']);
    }
  });

  test('is one slice up to the bound, and takes turns beyond it, so that each room is told in time', () => {
    assert.equal(sliceDigest(roomsOf([], ROOMS_PER_SLICE), 7).slices, 1);
    const many = roomsOf([{ roomId: '', count: 1, hash: 1 }], 3 * ROOMS_PER_SLICE);
    const turns = [0, 1, 2, 3].map((turn) => sliceDigest(many, turn));
    assert.ok(turns.every(({ slices, rooms }) => slices === 4 && rooms.length < ROOMS_PER_SLICE * 1.1));
    assert.equal(new Set(turns.flatMap(({ rooms }) => rooms.map(({ roomId }) => roomId))).size, many.length);
    assert.deepEqual(
      turns.flatMap((digest) => differingRooms(digest, many)),
      [],
    );
    const lost = many.slice(0, -1);
    assert.equal(turns.flatMap((digest) => differingRooms(digest, lost)).length, 1);
  });

  test('deals rooms to slices alike on both sides: the hash never changes', () => {
    assert.deepEqual(
      ['1000', 'room-7', ''].map((id) => hashOfId(id)),
      [-1466508305, 948657874, -1421968373],
    );
    assert.equal(sliceOf('', 9), 0);
  });
});
