import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { objectsOf } from '../../test/harness.ts';
import { ByteBudget } from './byte-budget.ts';
import { RoomPositions } from '../partition/room-positions.ts';
import type { SealedBatch } from './room-window.ts';
import { RoomWindows } from './room-windows.ts';
import { TurnQueue } from './turn-queue.ts';

const room = trustedId<RoomId>('1000');

function open({ maxMessages = 200, maxBytes = 256 * 1024, maxRoomBytes = 1 << 20, maxProcessBytes = 1 << 22 } = {}) {
  const clock = fakeClock();
  const budget = new ByteBudget(maxProcessBytes);
  const batches: SealedBatch[] = [];
  const windows = new RoomWindows({
    positions: new RoomPositions(7, 100),
    flushLimits: { windowMs: 200, maxMessages, maxBytes },
    queueLimits: { maxRoomBytes, maxProcessBytes },
    budget,
    clock,
    turns: new TurnQueue({ clock, budgetMs: 1000, onFault: assert.ifError }),
    forward: (batch) => batches.push(batch),
  });
  const offer = (text = 'hi', roomId = room) => {
    const payload = new TextEncoder().encode(JSON.stringify({ cmd: 'DANMU_MSG', text }));
    return windows.offer({ roomId, payload, acceptedAtMs: clock.now(), idKey: '' });
  };
  const counts = (): string[] => batches.map((batch) => `${batch.reason} ${batch.count}`);
  return { clock, budget, batches, windows, offer, counts };
}

test('a quiet room sends its first messages at once and together, then one batch per window', async () => {
  const { clock, offer, counts } = open();
  offer();
  offer();
  await clock.advanceAsync(0);
  assert.deepEqual(counts(), ['idle 2']);
  for (let index = 0; index < 10; index += 1) {
    offer();
    await clock.advanceAsync(19);
  }
  assert.deepEqual(counts(), ['idle 2']);
  await clock.advanceAsync(10);
  assert.deepEqual(counts(), ['idle 2', 'time 10']);
});

test('after a window without a message the room is idle again, costs no timer and goes on with its seq', async () => {
  const { clock, offer, windows, batches, counts } = open();
  offer();
  await clock.advanceAsync(200);
  assert.equal(windows.hotRooms, 0);
  assert.equal(clock.pendingTimers(), 0);
  offer();
  await clock.advanceAsync(0);
  assert.deepEqual(counts(), ['idle 1', 'idle 1']);
  assert.deepEqual(
    batches.map((batch) => batch.firstSeq),
    [1, 2],
  );
});

test('a full window leaves at once and the next one starts with it', async () => {
  const { clock, offer, counts, batches } = open({ maxMessages: 5 });
  for (let index = 0; index < 12; index += 1) offer();
  await clock.advanceAsync(0);
  assert.deepEqual(counts(), ['messages 5', 'messages 5']);
  await clock.advanceAsync(199);
  assert.equal(batches.length, 2);
  await clock.advanceAsync(1);
  assert.deepEqual(counts(), ['messages 5', 'messages 5', 'time 2']);
  assert.deepEqual(
    batches.map((batch) => batch.firstSeq),
    [1, 6, 11],
  );
});

test('no batch of several messages passes the bytes of a window, and one large message leaves alone', async () => {
  const { clock, offer, batches } = open({ maxBytes: 1000 });
  offer('x'.repeat(300));
  offer('x'.repeat(300));
  offer('x'.repeat(5000));
  offer('x'.repeat(300));
  await clock.advanceAsync(400);
  assert.deepEqual(
    batches.map((batch) => [batch.firstSeq, batch.count]),
    [
      [1, 2],
      [3, 1],
      [4, 1],
    ],
  );
});

test('each message carries room, seq and epoch, and rooms count apart', async () => {
  const { clock, offer, batches } = open();
  offer('a');
  offer('b', trustedId<RoomId>('2000'));
  offer('c');
  await clock.advanceAsync(0);
  const lws = batches.flatMap(({ frames }) => objectsOf(frames).map((object) => (object as { lw: unknown }).lw));
  assert.deepEqual(lws, [
    { room: '1000', seq: 1, epoch: 7 },
    { room: '1000', seq: 2, epoch: 7 },
    { room: '2000', seq: 1, epoch: 7 },
  ]);
});

test('a room at its bound refuses, takes no seq for it, and takes again once its batches have left', async () => {
  const { clock, offer, batches, budget } = open({ maxRoomBytes: 1000 });
  const outcomes = Array.from({ length: 4 }, () => offer('x'.repeat(300)));
  assert.deepEqual(outcomes, ['taken', 'taken', 'room-full', 'room-full']);
  assert.equal(offer('small', trustedId<RoomId>('2000')), 'taken');
  await clock.advanceAsync(0);
  assert.equal(budget.usedBytes, 0);
  assert.equal(offer(), 'taken');
  await clock.advanceAsync(200);
  assert.equal(batches.at(-1)?.firstSeq, 3);
});

test('a process at its bound refuses every room', () => {
  const { offer } = open({ maxProcessBytes: 1000 });
  offer('x'.repeat(800));
  assert.equal(offer('x'.repeat(300), trustedId<RoomId>('2000')), 'process-full');
});

test('a busy room keeps its buffer, counted, until it was quiet for one window', async () => {
  const { clock, offer, budget, windows } = open();
  offer();
  await clock.advanceAsync(0);
  for (let index = 0; index < 40; index += 1) offer('x'.repeat(100));
  await clock.advanceAsync(200);
  assert.ok(budget.keptBytes > 0 && budget.keptBytes <= 32 * 1024, `${budget.keptBytes}`);
  assert.deepEqual([budget.usedBytes, budget.heldBytes], [0, budget.keptBytes]);
  await clock.advanceAsync(199);
  assert.ok(budget.keptBytes > 0);
  await clock.advanceAsync(1);
  assert.deepEqual([budget.keptBytes, windows.hotRooms], [0, 0]);
});

test('however many rooms are busy, what they keep stays within its part of the bound, and all of them are served', async () => {
  const maxProcessBytes = 1 << 20;
  const { clock, offer, budget, batches } = open({ maxProcessBytes });
  const rooms = Array.from({ length: 60 }, (_, index) => trustedId<RoomId>(`room-${index}`));
  for (const roomId of rooms) offer('first', roomId);
  await clock.advanceAsync(0);
  let mostKept = 0;
  for (let round = 0; round < 3; round += 1) {
    for (const roomId of rooms)
      for (let index = 0; index < 40; index += 1) assert.equal(offer('x'.repeat(100), roomId), 'taken');
    await clock.advanceAsync(200);
    mostKept = Math.max(mostKept, budget.keptBytes);
    assert.ok(budget.heldBytes <= maxProcessBytes / 8, `${budget.heldBytes}`);
  }
  // The bound was reached: one more buffer of 8 KiB would not have fitted.
  assert.ok(mostKept > maxProcessBytes / 8 - 8 * 1024, `${mostKept}`);
  assert.equal(batches.length, 4 * rooms.length);
  await clock.advanceAsync(200);
  assert.equal(budget.heldBytes, 0);
});

test('what is kept counts against the bound of the process', async () => {
  const { clock, offer, budget } = open({ maxProcessBytes: 80_000 });
  offer();
  await clock.advanceAsync(0);
  for (let index = 0; index < 40; index += 1) offer('x'.repeat(100));
  await clock.advanceAsync(200);
  const other = trustedId<RoomId>('2000');
  const tooLarge = 'x'.repeat(80_000 - budget.keptBytes);
  assert.equal(offer(tooLarge, other), 'process-full');
  await clock.advanceAsync(200);
  assert.equal(offer(tooLarge.slice(200), other), 'taken');
});

test('what is not the text of an object is refused and takes no seq', async () => {
  const { clock, windows, offer, batches } = open();
  assert.equal(windows.offer({ roomId: room, payload: new Uint8Array(), acceptedAtMs: 0, idKey: '' }), 'malformed');
  offer();
  await clock.advanceAsync(0);
  assert.equal(batches[0]?.firstSeq, 1);
});

test('flushing all sends what waits without its time', async () => {
  const { clock, windows, offer, counts } = open();
  offer();
  await clock.advanceAsync(0);
  offer();
  offer();
  windows.flushAll();
  await clock.advanceAsync(0);
  assert.deepEqual(counts(), ['idle 1', 'handover 2']);
});

test('closing drops what waits, says how much, gives its bytes and buffers back and leaves no timer', async () => {
  const { clock, windows, offer, budget } = open();
  offer();
  await clock.advanceAsync(0);
  for (let index = 0; index < 40; index += 1) offer();
  await clock.advanceAsync(200);
  assert.ok(budget.keptBytes > 0);
  offer();
  assert.equal(windows.close(), 1);
  assert.deepEqual([budget.usedBytes, budget.keptBytes], [0, 0]);
  assert.equal(clock.pendingTimers(), 0);
  assert.equal(offer(), 'closed');
});
