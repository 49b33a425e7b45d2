import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { fakeClock, settle } from '@longwire/testkit';
import { PartitionLine } from './partition-line.ts';
import { RoomPaces } from './room-pace.ts';

const BUSY_GAP_MS = 5;
const QUIET_GAP_MS = 1000;

function fixture(gatherMs = 20) {
  const clock = fakeClock();
  const line = new PartitionLine<string>({ clock, gatherMs, maxMessages: 256 });
  const left: (readonly [atMs: number, count: number])[] = [];
  const startMs = clock.monotonic();
  /** Does what the sender does; the request itself takes no time. */
  const leave = async (): Promise<void> => {
    await line.gathered();
    left.push([clock.monotonic() - startMs, line.queue.splice(0).length]);
    line.noteLeftBehind();
  };
  const pass = async (ms: number): Promise<void> => {
    for (let step = 0; step < ms; step += 1) {
      clock.advance(1);
      await settle();
    }
  };
  return { line, left, leave, pass };
}

test('messages of a busy room leave together, 20 ms after the first at the latest', async () => {
  const { line, left, leave, pass } = fixture();
  line.add('first', BUSY_GAP_MS);
  const leaving = leave();
  for (let index = 0; index < 3; index += 1) {
    await pass(5);
    line.add('more', BUSY_GAP_MS);
  }
  await pass(10);
  await leaving;
  assert.deepEqual(left, [[20, 4]]);
});

test('a message of a quiet room never waits, and takes along what does', async () => {
  const { line, left, leave, pass } = fixture();
  line.add('quiet', QUIET_GAP_MS);
  await leave();
  assert.deepEqual(left, [[0, 1]]);
  line.add('busy', BUSY_GAP_MS);
  const leaving = leave();
  await pass(3);
  line.add('quiet', QUIET_GAP_MS);
  await leaving;
  assert.deepEqual(left[1], [3, 2]);
});

test('a full batch does not wait', async () => {
  const { line, left, leave } = fixture();
  for (let index = 0; index < 256; index += 1) line.add('busy', 0.1);
  await leave();
  assert.deepEqual(left, [[0, 256]]);
});

test('who waits for each answer before the next push is held up once a second, not each time', async () => {
  const { line, left, leave, pass } = fixture();
  const waits: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    line.add('one by one', 2);
    const leaving = leave();
    await settle();
    await pass(10);
    await leaving;
    waits.push((left.at(-1)?.[0] ?? 0) - round * 10);
  }
  // Six milliseconds are the three mean gaps, after which nobody is waited for.
  assert.deepEqual(waits, [6, ...Array.from({ length: 29 }, () => 0)]);
});

test('a crowd that waits for its answers is not waited for: three mean gaps without a message end it', async () => {
  const { line, left, leave, pass } = fixture();
  for (let index = 0; index < 24; index += 1) line.add('one of many', 0.5);
  const leaving = leave();
  await pass(2);
  await leaving;
  assert.deepEqual(left, [[2, 24]]);
});

test('a gathering of 0 ms is none', async () => {
  const { line, left, leave } = fixture(0);
  line.add('busy', BUSY_GAP_MS);
  await leave();
  assert.deepEqual(left, [[0, 1]]);
});

test('a room is busy after some tens of messages and quiet again after a pause; 10,000 rooms are known at most', () => {
  const paces = new RoomPaces();
  const room = trustedId<RoomId>('1000');
  let nowMs = 0;
  const gaps = Array.from({ length: 60 }, () => paces.note(room, (nowMs += 5)));
  assert.ok((gaps[10] ?? 0) > 100);
  assert.ok((gaps.at(-1) ?? 0) < 6);
  assert.ok(paces.note(room, nowMs + 5000) > 100);
  for (let index = 0; index < 10_001; index += 1) paces.note(trustedId<RoomId>(`r${index}`), nowMs);
  assert.ok(paces.size <= 10_000);
});
