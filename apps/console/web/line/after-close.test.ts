import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEnd, fullJitterMs, stepAfter } from './after-close.ts';

const almostOne = (): number => 0.999_999;

test('the wait is spread over a span that doubles up to 30 s', () => {
  const spans = [0, 1, 2, 4, 5, 50].map((failures) => Math.round(fullJitterMs(failures, almostOne)));
  assert.deepEqual(spans, [1_000, 2_000, 4_000, 16_000, 30_000, 30_000]);
  assert.equal(
    fullJitterMs(5, () => 0),
    0,
  );
});

test('comes back after 4000 to 4499 and after a cut line, never after 4500 to 4999', () => {
  for (const code of [1000, 1006, 3000, 4000, 4009, 4499]) {
    assert.equal(stepAfter({ code, reason: '' }, 0).kind, 'again', String(code));
  }
  for (const code of [4500, 4507, 4509, 4999]) {
    assert.equal(stepAfter({ code, reason: '' }, 0).kind, 'stop', String(code));
  }
});

test('waits at least 5 s where it would be refused again', () => {
  for (const code of [4010, 4011]) {
    const step = stepAfter({ code, reason: '' }, 0, () => 0);
    assert.deepEqual(step, { kind: 'again', delayMs: 5_000 });
  }
});

test('comes back when the server said, without a wait of its own', () => {
  assert.deepEqual(stepAfter({ code: 3000, reason: 'moving', hintAfterMs: 0 }, 7, almostOne), {
    kind: 'again',
    delayMs: 0,
  });
});

test('tells a person the words of the server, else what the code means', () => {
  assert.equal(describeEnd({ code: 4509, reason: 'You were banned' }), 'You were banned');
  assert.equal(describeEnd({ code: 4509, reason: '' }), 'The business closed this connection.');
  assert.equal(describeEnd({ code: 4509, reason: 'kicked' }), 'The business closed this connection.');
  assert.match(describeEnd({ code: 1006, reason: '' }), /lost \(1006\)/);
});
