import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENCODING_BITS, trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { RoomBatch } from '@longwire/protos/bus/v1';
import { fakeClock } from '@longwire/testkit';
import { encodeMessageFrames } from '@longwire/wire';
import type { SealedBatch } from '../aggregate/room-window.ts';
import type { RoomWork } from '../compress/room-compressor.ts';
import { RoomForwarder } from './room-forwarder.ts';

const ROOM = trustedId<RoomId>('1000');
const AUDIENCE = [{ encodings: ENCODING_BITS.brotli, viewers: [0, 0, 50, 0], dictionaryIds: [] }];

function batchOf(firstSeq: number, more: Partial<SealedBatch> = {}): SealedBatch {
  const frames = encodeMessageFrames([Buffer.from(`{"cmd":"X","seq":${firstSeq}}`)]);
  const times = { firstAcceptedAtMs: 0, firstTakenAtMs: 0 };
  return { roomId: ROOM, epoch: 1, firstSeq, count: 1, frames, idKeys: '', reason: 'time', ...times, ...more };
}

/** A compressor that keeps back the batches of the rooms in `slow` until it is told, or hurried. */
function setUp(slow = [ROOM]) {
  const sent: number[] = [];
  const told: string[] = [];
  const works: RoomWork[] = [];
  const answers: (() => void)[] = [];
  const forwarder = new RoomForwarder({
    bus: { publish: (_topic, payload) => (sent.push(RoomBatch.decode(payload).firstSeq), 'sent') },
    clock: fakeClock(),
    dictionaries: { use: () => undefined },
    compressor: {
      compress(work, onEncoded) {
        works.push(work);
        let isOver = false;
        const leave = (): void => {
          if (!isOver) onEncoded([]);
          isOver = true;
        };
        if (!slow.includes(work.roomId)) return (leave(), null);
        answers.push(leave);
        return { settle: leave };
      },
    },
    observer: {
      onForwarded: ({ firstSeq }) => told.push(`forwarded ${firstSeq}`),
      onLost: ({ firstSeq }) => told.push(`lost ${firstSeq}`),
      onStale: ({ firstSeq }) => told.push(`stale ${firstSeq}`),
    },
  });
  return { forwarder, sent, told, works, answers };
}

test('a batch whose best form is not ready leaves before the next of its room, and holds up no other room', () => {
  const { forwarder, sent, answers } = setUp();
  const origin = { partition: 1, epoch: 1, isHeld: true };
  forwarder.forward(batchOf(1), origin, AUDIENCE);
  forwarder.forward(batchOf(100, { roomId: trustedId<RoomId>('2000') }), origin, AUDIENCE);
  assert.deepEqual(sent, [100]);
  forwarder.forward(batchOf(2), origin, AUDIENCE);
  assert.deepEqual(sent, [100, 1]);
  answers[1]?.();
  assert.deepEqual(sent, [100, 1, 2]);
  answers[0]?.();
  assert.equal(sent.length, 3);
});

test('a partition that is handed over sends what waits in that call, others go on waiting', () => {
  const other = trustedId<RoomId>('2000');
  const { forwarder, sent } = setUp([ROOM, other]);
  const [mine, stays] = [
    { partition: 1, epoch: 1, isHeld: true },
    { partition: 2, epoch: 1, isHeld: true },
  ];
  forwarder.forward(batchOf(1), mine, AUDIENCE);
  forwarder.forward(batchOf(7, { roomId: other }), stays, AUDIENCE);
  forwarder.settle(mine);
  assert.deepEqual(sent, [1]);
  forwarder.settle(stays);
  assert.deepEqual(sent, [1, 7]);
});

test('a partition that was lost meanwhile sends nothing', () => {
  const { forwarder, sent, told, answers } = setUp();
  const origin = { partition: 1, epoch: 1, isHeld: true };
  forwarder.forward(batchOf(1), origin, AUDIENCE);
  origin.isHeld = false;
  answers[0]?.();
  assert.deepEqual([sent, told], [[], ['stale 1']]);
});

test('the first of a quiet room is urgent, a batch of a busy one is not', () => {
  const { forwarder, works } = setUp([]);
  const origin = { partition: 1, epoch: 1, isHeld: true };
  forwarder.forward(batchOf(1, { reason: 'idle' }), origin, AUDIENCE);
  forwarder.forward(batchOf(2), origin, AUDIENCE);
  assert.deepEqual(
    works.map(({ isUrgent, wanted }) => [isUrgent, wanted]),
    [
      [true, [{ encoding: 'brotli', viewers: 50 }]],
      [false, [{ encoding: 'brotli', viewers: 50 }]],
    ],
  );
});
