import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_KEYS, RecentKeys } from './recent-keys.ts';

function open() {
  const shortened: number[] = [];
  const keys = new RecentKeys({ keepMs: 1000, onShortened: (count) => shortened.push(count) });
  return { keys, shortened };
}

function keysOf(from: number, count: number): Buffer {
  const bytes = Buffer.alloc(count * 8);
  for (let index = 0; index < count; index += 1) bytes.writeDoubleBE(from + index, index * 8);
  return bytes;
}

function read(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 8 }, (_, index) => bytes.readDoubleBE(index * 8));
}

test('the keys of a partition are kept for at least the time to keep them, and forgotten later', () => {
  const { keys, shortened } = open();
  keys.note(3, keysOf(1, 2), 0);
  keys.note(3, keysOf(3, 1), 999);
  keys.note(4, keysOf(9, 1), 999);
  assert.deepEqual(read(keys.of(3, 1900)), [1, 2, 3]);
  keys.note(3, keysOf(4, 1), 1998);
  assert.deepEqual(read(keys.of(3, 1998)), [1, 2, 3, 4]);
  keys.note(3, keysOf(5, 1), 2998);
  assert.deepEqual(read(keys.of(3, 2998)), [4, 5]);
  assert.deepEqual(read(keys.of(4, 1998)), [9]);
  assert.deepEqual([read(keys.of(3, 4998)), read(keys.of(5, 0)), shortened], [[], [], []]);
});

test('a flood never takes more than the bound, keeps the newest half of it, and what goes early is counted', () => {
  const { keys, shortened } = open();
  const half = MAX_KEYS / 2;
  for (let from = 0; from < MAX_KEYS; from += 1) keys.note(0, keysOf(from, 1), 1);
  assert.equal(read(keys.of(0, 1)).length, MAX_KEYS);
  assert.deepEqual(shortened, []);
  keys.note(0, keysOf(MAX_KEYS, 1), 2);
  assert.deepEqual(read(keys.of(0, 2)), read(keysOf(half, half + 1)));
  assert.deepEqual(shortened, [half]);
  assert.ok(keys.sizeBytes <= MAX_KEYS * 8);
  keys.note(1, keysOf(0, half + 5), 2);
  assert.deepEqual(read(keys.of(1, 2)), read(keysOf(5, half)), 'more at once than is kept of one time');
});

test('bytes that are no whole keys, and partitions that do not exist, are left out', () => {
  const { keys } = open();
  keys.note(0, Buffer.alloc(7), 0);
  keys.note(64, keysOf(1, 1), 0);
  assert.equal(keys.sizeBytes, 0);
});

test('a partition that went quiet takes nothing any more', () => {
  const { keys } = open();
  keys.note(0, keysOf(1, 1), 0);
  keys.sweep(1999);
  assert.ok(keys.sizeBytes > 0);
  keys.sweep(2000);
  assert.equal(keys.sizeBytes, 0);
});
