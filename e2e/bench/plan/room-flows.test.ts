import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../core/random.ts';
import { batchRate, flowsOfRooms, handOverRate, nodesReached, zipfRooms } from './room-flows.ts';
import { ratioAt } from './unit-costs.ts';

const window = { windowMs: 200, maxMessages: 200 };

/** The policy played through: a batch, a window, then the next batch or the next message. */
function playedRate(messagesPerSec: number, seconds: number): number {
  const random = createRandom(7);
  let atSec = 0;
  let closedUntil = -1;
  let isOpen = false;
  let batches = 0;
  while (atSec < seconds) {
    atSec += -Math.log(1 - random.fraction()) / messagesPerSec;
    while (isOpen && atSec > closedUntil) {
      batches += 1;
      isOpen = false;
      closedUntil += 0.2;
    }
    if (atSec > closedUntil) {
      batches += 1;
      closedUntil = atSec + 0.2;
    } else isOpen = true;
  }
  return batches / seconds;
}

test('the batch rate is that of the policy', () => {
  for (const rate of [0.1, 1, 5, 20, 100]) {
    const played = playedRate(rate, 20_000 / rate + 2000);
    const expected = batchRate(rate, window);
    assert.ok(Math.abs(played / expected - 1) < 0.03, `${rate}/s: ${played} played, ${expected} expected`);
  }
});

test('a quiet room sends each message, a busy one a batch a window, a flooded one full batches', () => {
  assert.equal(batchRate(0, window), 0);
  assert.ok(Math.abs(batchRate(0.01, window) / 0.01 - 1) < 0.01);
  assert.ok(Math.abs(batchRate(500, window) - 5) < 0.01);
  assert.equal(batchRate(10_000, window), 50);
});

/** Service's gathering played through: 20 ms from the first message on, or three mean gaps without one. */
function playedHandOvers(messagesPerSec: number, seconds: number): number {
  const random = createRandom(7);
  const gapSec = 1 / messagesPerSec;
  let [atSec, firstSec, lastSec, handOvers] = [0, -1, -1, 0];
  while (atSec < seconds) {
    atSec += -Math.log(1 - random.fraction()) * gapSec;
    if (firstSec >= 0 && atSec > Math.min(firstSec + 0.02, lastSec + 3 * gapSec)) {
      handOvers += 1;
      firstSec = -1;
    }
    if (firstSec < 0) firstSec = atSec;
    lastSec = atSec;
  }
  return handOvers / seconds;
}

test('messages of a quiet room are handed over one by one, those of a busy one as they gather', () => {
  assert.equal(handOverRate(0), 0);
  assert.equal(handOverRate(99), 99);
  assert.equal(handOverRate(1000, 0), 1000, 'nothing gathers');
  for (const rate of [200, 1000, 5000]) {
    const played = playedHandOvers(rate, 500);
    assert.ok(
      Math.abs(handOverRate(rate) / played - 1) < 0.1,
      `${handOverRate(rate)} instead of ${played} at ${rate}/s`,
    );
  }
});

test('a room reaches one node with one viewer, and all of them with many', () => {
  assert.ok(Math.abs(nodesReached(1, 10) - 1) < 1e-9);
  assert.ok(nodesReached(1000, 10) > 9.99);
  assert.equal(nodesReached(5, 0), 0);
});

test('rooms share out all viewers and messages', () => {
  const rooms = [...zipfRooms({ viewers: 1000, messagesPerSec: 50, rooms: 20, skew: 1 })];
  const sum = (field: 'viewers' | 'messagesPerSec'): number => rooms.reduce((total, room) => total + room[field], 0);
  assert.equal(rooms.length, 20);
  assert.ok(Math.abs(sum('viewers') - 1000) < 1e-9 && Math.abs(sum('messagesPerSec') - 50) < 1e-9);
  assert.ok((rooms[0]?.viewers ?? 0) > (rooms[1]?.viewers ?? 0));
});

test('flows of one hot room', () => {
  const flows = flowsOfRooms(
    { rooms: [{ viewers: 1000, messagesPerSec: 100 }], accessNodes: 2, form: 'lean', window },
    { payloadBytes: { lean: 1024, rich: 0 }, ratios: { lean: [{ messagesPerBatch: 20, ratio: 0.5 }], rich: [] } },
  );
  assert.ok(Math.abs(flows.batch - 5) < 1e-6);
  assert.ok(Math.abs(flows.forward - 10) < 1e-6);
  assert.ok(Math.abs(flows.frame - 5000) < 0.01);
  assert.deepEqual([flows.push, flows.rawKib, flows.wireKib, flows.connection], [100, 100, 50_000, 1000]);
});

test('between measured points the ratio is interpolated, beyond them kept', () => {
  const points = [
    { messagesPerBatch: 100, ratio: 0.2 },
    { messagesPerBatch: 1, ratio: 0.8 },
  ];
  assert.deepEqual(
    [0.5, 1, 10, 100, 1000].map((count) => Number(ratioAt(points, count).toFixed(6))),
    [0.8, 0.8, 0.4, 0.2, 0.2],
  );
  assert.ok(Number.isNaN(ratioAt([], 3)));
});
