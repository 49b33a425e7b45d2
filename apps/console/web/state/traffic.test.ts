import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addArrival, NO_TRAFFIC } from './traffic.ts';

test('an express message between the batches does not hide what the room speaks', () => {
  const batch = { sizeBytes: 500, encoding: 'brotli' } as const;
  const express = { sizeBytes: 100, encoding: 'plain' } as const;
  assert.deepEqual([batch, express].reduce(addArrival, NO_TRAFFIC), {
    frames: 2,
    sizeBytes: 600,
    messages: 0,
    encoding: 'brotli',
  });
  assert.equal(addArrival(NO_TRAFFIC, express).encoding, 'plain');
});
