import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideFlush, isNextBatch } from './flush-policy.ts';
import type { FlushDecision, WindowView } from './flush-policy.ts';

const LIMITS = { windowMs: 200, maxMessages: 200, maxBytes: 256 * 1024 };

const rows: readonly (readonly [string, WindowView, FlushDecision])[] = [
  [
    'the first message of an idle room leaves at the end of the turn',
    { messages: 1, sizeBytes: 100, msSinceFlush: undefined },
    { when: 'turn-end', reason: 'idle' },
  ],
  [
    'what comes with the first message leaves with it',
    { messages: 30, sizeBytes: 3000, msSinceFlush: undefined },
    { when: 'turn-end', reason: 'idle' },
  ],
  [
    'a message right after a flush waits for the whole window',
    { messages: 1, sizeBytes: 100, msSinceFlush: 0 },
    { when: 'later', delayMs: 200, reason: 'time' },
  ],
  [
    'a message within the window waits for the rest of it',
    { messages: 3, sizeBytes: 300, msSinceFlush: 150 },
    { when: 'later', delayMs: 50, reason: 'time' },
  ],
  [
    'a window whose timer is late ends now',
    { messages: 3, sizeBytes: 300, msSinceFlush: 200 },
    { when: 'turn-end', reason: 'time' },
  ],
  [
    'the last message but one of a full window still waits',
    { messages: 199, sizeBytes: 300, msSinceFlush: 100 },
    { when: 'later', delayMs: 100, reason: 'time' },
  ],
  [
    'a window with its number of messages leaves before its time',
    { messages: 200, sizeBytes: 300, msSinceFlush: 0 },
    { when: 'now', reason: 'messages' },
  ],
  [
    'a window with its bytes leaves before its time',
    { messages: 4, sizeBytes: 256 * 1024, msSinceFlush: 0 },
    { when: 'now', reason: 'bytes' },
  ],
  [
    'a full first window of an idle room does not wait for the turn',
    { messages: 200, sizeBytes: 300, msSinceFlush: undefined },
    { when: 'now', reason: 'messages' },
  ],
];

for (const [name, view, decision] of rows) {
  test(name, () => assert.deepEqual(decideFlush(LIMITS, view), decision));
}

test('a frame that would pass the bytes of a batch starts the next one, a lone frame never does', () => {
  const limits = { ...LIMITS, maxBytes: 1000 };
  assert.equal(isNextBatch(limits, 0, 5000), false);
  assert.equal(isNextBatch(limits, 900, 100), false);
  assert.equal(isNextBatch(limits, 900, 101), true);
});
