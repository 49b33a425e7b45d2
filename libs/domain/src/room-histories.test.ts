import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RoomId } from './ids.ts';
import { trustedId } from './ids.ts';
import type { HistoryLimits } from './room-histories.ts';
import { lastSeqOf, RoomHistories } from './room-histories.ts';

const A = trustedId<RoomId>('a');
const B = trustedId<RoomId>('b');
const LIMITS: HistoryLimits = { keepMs: 30_000, maxMessages: 5, maxRoomBytes: 100, maxTotalBytes: 150 };

function entryOf(firstSeq: number, more: { count?: number; sizeBytes?: number; atMs?: number } = {}) {
  return { firstSeq, count: 1, sizeBytes: 10, atMs: 0, value: `from ${firstSeq}`, ...more };
}

function seqsAfter(histories: RoomHistories<string>, roomId: RoomId, seq: number, epoch = 1): number[] {
  return histories
    .after(roomId, epoch, seq)
    .flatMap((entry) => Array.from({ length: entry.count }, (_, index) => entry.firstSeq + index));
}

function setUp(limits: Partial<HistoryLimits> = {}) {
  const state = { shortened: 0 };
  const histories = new RoomHistories<string>({ ...LIMITS, ...limits }, (count) => (state.shortened += count));
  return { histories, state };
}

test('what was added is there, from any seq on, in order', () => {
  const { histories } = setUp();
  histories.append(A, 1, entryOf(1, { count: 2 }));
  histories.append(A, 1, entryOf(3));
  assert.deepEqual(seqsAfter(histories, A, 0), [1, 2, 3]);
  assert.deepEqual(seqsAfter(histories, A, 2), [3]);
  assert.deepEqual(seqsAfter(histories, A, 3), []);
  assert.deepEqual(seqsAfter(histories, A, 1), [1, 2, 3], 'an entry is whole');
  assert.deepEqual(seqsAfter(histories, A, 0, 2), [], 'of another epoch nothing');
  assert.equal(histories.firstSeqOf(A, 1), 1);
  assert.equal(histories.firstSeqOf(B, 1), 0);
});

test('a hole or another epoch begins anew: what is kept is one unbroken run', () => {
  const { histories } = setUp();
  histories.append(A, 1, entryOf(1));
  histories.append(A, 1, entryOf(3));
  assert.deepEqual(seqsAfter(histories, A, 0), [3]);
  histories.append(A, 2, entryOf(4));
  assert.deepEqual([seqsAfter(histories, A, 0), seqsAfter(histories, A, 0, 2)], [[], [4]]);
  assert.equal(histories.sizeBytes, 10);
});

test('the last messages are kept up to the number, and what is older than the time goes', () => {
  const { histories, state } = setUp();
  for (let seq = 1; seq <= 8; seq += 1) histories.append(A, 1, entryOf(seq));
  assert.deepEqual(seqsAfter(histories, A, 0), [4, 5, 6, 7, 8]);
  histories.append(A, 1, entryOf(9, { atMs: 29_999 }));
  assert.equal(histories.firstSeqOf(A, 1), 5);
  histories.append(A, 1, entryOf(10, { atMs: 30_000 }));
  assert.deepEqual(seqsAfter(histories, A, 0), [9, 10]);
  assert.equal(state.shortened, 0);
});

test('the bytes of a room are bounded, at the bound exactly; one entry above it is not kept', () => {
  const { histories, state } = setUp();
  histories.append(A, 1, entryOf(1, { sizeBytes: 50 }));
  histories.append(A, 1, entryOf(2, { sizeBytes: 50 }));
  assert.equal(histories.firstSeqOf(A, 1), 1);
  histories.append(A, 1, entryOf(3, { sizeBytes: 1 }));
  assert.equal(histories.firstSeqOf(A, 1), 2);
  histories.append(A, 1, entryOf(4, { sizeBytes: 101 }));
  assert.deepEqual([histories.rooms, histories.sizeBytes, state.shortened], [0, 0, 4]);
});

test('the bytes of all rooms are bounded: the room that was quiet for longest gives first', () => {
  const { histories, state } = setUp();
  histories.append(A, 1, entryOf(1, { sizeBytes: 80 }));
  histories.append(B, 1, entryOf(1, { sizeBytes: 70 }));
  assert.equal(histories.sizeBytes, 150);
  histories.append(B, 1, entryOf(2, { sizeBytes: 1 }));
  assert.deepEqual([seqsAfter(histories, A, 0), seqsAfter(histories, B, 0)], [[], [1, 2]]);
  assert.deepEqual([histories.sizeBytes, state.shortened], [71, 1]);
});

test('older messages are put in front where they fit without a hole and within the bounds', () => {
  const { histories } = setUp();
  histories.prepend(A, 1, [entryOf(1)]);
  assert.equal(histories.rooms, 0, 'there is nothing they could be in front of');
  histories.append(A, 1, entryOf(10));
  histories.prepend(A, 1, [entryOf(7), entryOf(8)]);
  assert.deepEqual(seqsAfter(histories, A, 0), [10], 'there would be a hole');
  histories.prepend(
    A,
    1,
    [5, 6, 7, 8, 9].map((seq) => entryOf(seq)),
  );
  assert.deepEqual(seqsAfter(histories, A, 0), [6, 7, 8, 9, 10]);
  histories.prepend(A, 1, [entryOf(5)]);
  assert.equal(histories.firstSeqOf(A, 1), 6);
});

test('rooms that were quiet for the whole time are forgotten, the others stay', () => {
  const { histories } = setUp();
  histories.append(A, 1, entryOf(1, { atMs: 0 }));
  histories.append(B, 1, entryOf(1, { atMs: 1 }));
  histories.sweep(29_999);
  assert.equal(histories.rooms, 2);
  histories.sweep(30_000);
  assert.deepEqual([histories.rooms, histories.sizeBytes], [1, 10]);
  histories.forget(B);
  histories.forget(B);
  assert.deepEqual([histories.rooms, histories.sizeBytes], [0, 0]);
  assert.equal(lastSeqOf(entryOf(4, { count: 3 })), 6);
});
