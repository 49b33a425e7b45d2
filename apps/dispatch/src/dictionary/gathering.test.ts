import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Gathering } from './gathering.ts';

const LIMITS = { sizeBytes: 100, leastBytes: 20, maxMs: 60_000, leastRatePerSec: 1 };

test('it is ready as soon as it is full, and keeps the newest bytes', () => {
  const gathering = new Gathering(LIMITS, 0);
  for (let value = 1; value <= 4; value += 1) {
    assert.equal(gathering.stateAt(500), 'busy');
    gathering.add(new Uint8Array(30).fill(value), 1);
  }
  assert.equal(gathering.stateAt(500), 'ready');
  const expected = [...Array(10).fill(1), ...Array(30).fill(2), ...Array(30).fill(3), ...Array(30).fill(4)];
  assert.deepEqual([...gathering.take()], expected);
});

test('one batch larger than a dictionary fills it with its end', () => {
  const gathering = new Gathering(LIMITS, 0);
  gathering.add(
    Uint8Array.from({ length: 250 }, (_, index) => index),
    1,
  );
  assert.equal(gathering.stateAt(0), 'ready');
  assert.deepEqual(
    [...gathering.take()],
    Array.from({ length: 100 }, (_, index) => 150 + index),
  );
});

test('a room that has not filled it in a minute makes do, or is too quiet', () => {
  const rows = [
    { sizeBytes: 90, messages: 60, expected: 'ready' },
    { sizeBytes: 90, messages: 59, expected: 'quiet' },
    { sizeBytes: 19, messages: 60, expected: 'quiet' },
  ];
  for (const { sizeBytes, messages, expected } of rows) {
    const gathering = new Gathering(LIMITS, 0);
    gathering.add(new Uint8Array(sizeBytes), messages);
    assert.equal(gathering.stateAt(59_999), 'busy');
    assert.equal(gathering.stateAt(60_000), expected);
  }
});

test('what it holds does not grow, and does not change with the batch it came from', () => {
  const gathering = new Gathering(LIMITS, 0);
  const plain = new Uint8Array(60).fill(9);
  for (let index = 0; index < 1000; index += 1) gathering.add(plain, 1);
  plain.fill(0);
  assert.deepEqual([...gathering.take()], Array(100).fill(9));
});
