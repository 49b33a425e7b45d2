import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId, withLwField } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { encodeMessageFrames } from '@longwire/wire';
import { ByteBudget } from './byte-budget.ts';
import { frameBytesOf, FrameRun } from './frame-run.ts';
import { RoomField } from './room-field.ts';

const room = trustedId<RoomId>('1000');
const epoch = 7;
const field = new RoomField(room, epoch);
const plenty = () => new ByteBudget(1 << 20);

function payloadOf(seq: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ cmd: 'DANMU_MSG', text: 'x'.repeat((seq * 37) % 900) }));
}

function expected(from: number, to: number): Buffer {
  const seqs = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  return Buffer.from(encodeMessageFrames(seqs.map((seq) => withLwField(payloadOf(seq), { room, seq, epoch }))));
}

function fill(run: FrameRun, from: number, to: number): void {
  for (let seq = from; seq <= to; seq += 1) run.add({ payload: payloadOf(seq), seq, field });
}

test('what is taken is the plain batch of all that was added, and what is added later does not show in it', () => {
  const run = new FrameRun(plenty());
  let from = 1;
  const taken: [Buffer, Buffer][] = [];
  // One, few, more than a buffer that is kept holds, and few again.
  for (const count of [1, 2, 20, 200, 3, 1]) {
    fill(run, from, from + count - 1);
    assert.equal(run.count, count);
    assert.equal(run.sizeBytes, expected(from, from + count - 1).length);
    taken.push([run.take(), expected(from, from + count - 1)]);
    assert.deepEqual([run.count, run.sizeBytes], [0, 0]);
    from += count;
  }
  for (const [frames, plain] of taken) assert.deepEqual(frames, plain);
});

test('a frame takes as many bytes as was said', () => {
  const run = new FrameRun(plenty());
  const message = { payload: payloadOf(5), seq: 123, field };
  run.add(message);
  assert.equal(run.sizeBytes, frameBytesOf(message));
});

test('what it keeps for the next run is bounded and counted, and follows what came last', () => {
  const budget = plenty();
  const run = new FrameRun(budget);
  fill(run, 1, 30);
  const gatheredBytes = run.take().length;
  assert.ok(run.capacityBytes >= gatheredBytes && run.capacityBytes <= 32 * 1024);
  assert.equal(budget.keptBytes, run.capacityBytes);
  fill(run, 31, 31);
  run.take();
  assert.deepEqual([run.capacityBytes, budget.keptBytes], [0, 0], 'one message after many');
  fill(run, 32, 300);
  assert.ok(run.take().length > 32 * 1024);
  assert.deepEqual([run.capacityBytes, budget.keptBytes], [0, 0], 'more than is kept');
});

test('a buffer that is kept counts once however often it is used, and no more once it is outgrown or let go of', () => {
  const budget = plenty();
  const run = new FrameRun(budget);
  for (let round = 0; round < 3; round += 1) {
    fill(run, 1, 30);
    run.take();
    assert.equal(budget.keptBytes, run.capacityBytes);
  }
  fill(run, 1, 200);
  assert.equal(budget.keptBytes, 0, 'outgrown');
  run.take();
  fill(run, 1, 30);
  run.take();
  assert.ok(budget.keptBytes > 0);
  run.letGo();
  run.letGo();
  assert.deepEqual([run.capacityBytes, budget.keptBytes], [0, 0]);
});

test('where the budget has no room for its buffer it keeps none, and writes the same', () => {
  const run = new FrameRun(new ByteBudget(0));
  for (let round = 0; round < 2; round += 1) {
    fill(run, 1, 30);
    assert.deepEqual(run.take(), expected(1, 30));
    assert.equal(run.capacityBytes, 0);
  }
});
