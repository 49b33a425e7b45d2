import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { RoomPositions } from './room-positions.ts';
import type { NodeWord } from './room-positions.ts';

const A = trustedId<RoomId>('a');
const B = trustedId<RoomId>('b');

function wordOf(more: Partial<NodeWord> = {}): NodeWord {
  return { nodeId: 'access-1', roomEpoch: 3, lastSeq: 50, ownerEpoch: 5, firstSeq: 20, ...more };
}

function take(positions: RoomPositions, roomId: RoomId): string {
  const position = positions.next(roomId);
  positions.take(roomId, position);
  return `${position.epoch}/${position.seq}`;
}

test('a room nobody knows of begins in the epoch of its owner, from 1', () => {
  const positions = new RoomPositions(9, 10);
  assert.deepEqual(positions.sentOf(A), { epoch: 9, seq: 0 });
  assert.deepEqual([take(positions, A), take(positions, A), take(positions, B)], ['9/1', '9/2', '9/1']);
  assert.equal(positions.rooms, 2);
});

test('a room goes on from the newest position that any node knows, epoch before seq', () => {
  const positions = new RoomPositions(9, 10);
  positions.hear('a', wordOf({ nodeId: 'n1', roomEpoch: 3, lastSeq: 50 }));
  positions.hear('a', wordOf({ nodeId: 'n2', roomEpoch: 4, lastSeq: 7 }));
  positions.hear('a', wordOf({ nodeId: 'n3', roomEpoch: 4, lastSeq: 6 }));
  positions.hear('a', wordOf({ nodeId: 'n4', roomEpoch: 4, lastSeq: 7 }));
  assert.deepEqual(positions.sentOf(A), { epoch: 4, seq: 7 });
  assert.equal(take(positions, A), '4/8');
  assert.deepEqual([positions.baseOf(A), positions.holdersOf(A)], [7, ['n2', 'n4']]);
});

test('a message that was numbered has been sent only when it has left', () => {
  const positions = new RoomPositions(9, 10);
  take(positions, A);
  assert.deepEqual(positions.sentOf(A), { epoch: 9, seq: 0 });
  positions.noteSent(A, { epoch: 9, seq: 1 });
  positions.noteSent(A, { epoch: 8, seq: 70 });
  assert.deepEqual(positions.sentOf(A), { epoch: 9, seq: 1 });
});

test('a node that turns out to have got further begins a new epoch for the room, once, and only then', () => {
  const positions = new RoomPositions(9, 10);
  positions.hear('a', wordOf());
  assert.equal(take(positions, A), '3/51');
  assert.equal(positions.hear('a', wordOf({ lastSeq: 50 })), undefined);
  assert.equal(positions.hear('a', wordOf({ lastSeq: 51, ownerEpoch: 9 })), undefined, 'that is from this owner');
  assert.equal(positions.hear('a', wordOf({ roomEpoch: 2, lastSeq: 900 })), undefined);
  assert.equal(positions.hear('a', wordOf({ lastSeq: 51 })), 'fork');
  assert.equal(take(positions, A), '9/1');
  assert.equal(positions.hear('a', wordOf({ lastSeq: 51 })), undefined);
  positions.hear('b', wordOf());
  take(positions, B);
  assert.equal(positions.hear('b', wordOf({ roomEpoch: 4, lastSeq: 1 })), 'fork', 'another owner had begun an epoch');
});

test('a node without a message of the room says nothing, and rooms beyond the bound begin anew', () => {
  const positions = new RoomPositions(9, 1);
  positions.hear('a', wordOf({ roomEpoch: 0, lastSeq: 0, ownerEpoch: 0 }));
  assert.equal(positions.next(A).epoch, 9);
  positions.hear('b', wordOf());
  positions.hear('a', wordOf());
  assert.deepEqual(
    [positions.next(A), positions.next(B)],
    [
      { epoch: 9, seq: 1 },
      { epoch: 3, seq: 51 },
    ],
  );
});
