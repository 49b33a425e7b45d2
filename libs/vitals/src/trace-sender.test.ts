import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TraceSpans } from '@longwire/protos/bus/v1';
import { fakeClock } from '@longwire/testkit';
import { MAX_SPANS_PER_SEC, TraceSender } from './trace-sender.ts';

function open() {
  const clock = fakeClock();
  const batches: TraceSpans[] = [];
  const counts = { sent: 0, dropped: 0 };
  const state = { isConnected: true };
  const sender = new TraceSender({
    process: 'dispatch-1',
    bus: {
      publish: (_, payload) => {
        if (!state.isConnected) return 'unavailable';
        batches.push(TraceSpans.decode(payload));
        return 'sent';
      },
    },
    clock,
    onSpans: (outcome, count) => {
      counts[outcome] += count;
    },
  });
  const note = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      sender.note({ messageId: `m${index}`, lane: 'bulk', stage: 'taken', numbers: { seq: index } });
    }
  };
  return { clock, batches, counts, state, sender, note };
}

test('spans of a moment travel together, with the name of the process and the time of each', () => {
  const { clock, batches, sender, note } = open();
  const at = clock.now();
  note(2);
  sender.note({ messageId: 'm9', lane: 'express', stage: 'acked', atMs: 17, texts: { deviceId: 'd1' } });
  assert.equal(batches.length, 0);
  clock.advance(50);
  assert.equal(batches.length, 1);
  assert.equal(batches[0]?.process, 'dispatch-1');
  assert.deepEqual(
    batches[0]?.spans.map((span) => ({ ...span, numbers: { ...span.numbers }, texts: { ...span.texts } })),
    [
      { messageId: 'm0', lane: 2, stage: 'taken', atMs: at, numbers: { seq: 0 }, texts: {} },
      { messageId: 'm1', lane: 2, stage: 'taken', atMs: at, numbers: { seq: 1 }, texts: {} },
      { messageId: 'm9', lane: 1, stage: 'acked', atMs: 17, numbers: {}, texts: { deviceId: 'd1' } },
    ],
  );
});

test('at most 64 spans wait', () => {
  const { batches, note } = open();
  note(64);
  assert.deepEqual(
    batches.map(({ spans }) => spans.length),
    [64],
  );
});

test('a process tells of 500 spans in a second; what is beyond is dropped and counted, and the next second is new', () => {
  const { clock, counts, sender, note } = open();
  note(MAX_SPANS_PER_SEC);
  sender.flush();
  assert.deepEqual(counts, { sent: MAX_SPANS_PER_SEC, dropped: 0 });
  note(3);
  assert.deepEqual(counts, { sent: MAX_SPANS_PER_SEC, dropped: 3 });
  clock.advance(1000);
  note(1);
  sender.flush();
  assert.deepEqual(counts, { sent: MAX_SPANS_PER_SEC + 1, dropped: 3 });
});

test('what a bus that is cut off did not take counts as dropped', () => {
  const { counts, state, sender, note } = open();
  state.isConnected = false;
  note(5);
  sender.flush();
  assert.deepEqual(counts, { sent: 0, dropped: 5 });
});
