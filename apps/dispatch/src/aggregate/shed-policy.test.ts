import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit } from './shed-policy.ts';
import type { Admission, QueueView } from './shed-policy.ts';

const LIMITS = { maxRoomBytes: 1000, maxProcessBytes: 5000 };

const rows: readonly (readonly [string, QueueView, Admission])[] = [
  ['a message for an idle room is taken', { roomBytes: 0, processBytes: 0, frameBytes: 100 }, 'take'],
  ['a message that just fits its room is taken', { roomBytes: 900, processBytes: 900, frameBytes: 100 }, 'take'],
  ['one byte more is refused', { roomBytes: 901, processBytes: 901, frameBytes: 100 }, 'room-full'],
  ['a full process refuses an idle room', { roomBytes: 0, processBytes: 4950, frameBytes: 100 }, 'process-full'],
  ['of two full bounds the process is named', { roomBytes: 999, processBytes: 5000, frameBytes: 100 }, 'process-full'],
  [
    'a message larger than both bounds is taken when nothing waits',
    { roomBytes: 0, processBytes: 0, frameBytes: 9000 },
    'take',
  ],
];

for (const [name, view, admission] of rows) {
  test(name, () => assert.equal(admit(LIMITS, view), admission));
}
