import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lane as WireLane, TraceSpans } from '@longwire/protos/bus/v1';
import type { TraceSpan } from '@longwire/protos/bus/v1';
import { fakeClock } from '@longwire/testkit';
import { KEEP_MS, MAX_SPANS, MAX_TRACES, TraceStore } from './trace-store.ts';

function open() {
  const clock = fakeClock();
  const store = new TraceStore(clock);
  const tell = (messageId: string, stage: string, more: Partial<TraceSpan> = {}, process = 'dispatch-1'): void => {
    const span = { messageId, lane: WireLane.BULK, stage, atMs: 5, numbers: {}, texts: {}, ...more };
    store.take(TraceSpans.encode({ process, spans: [span] }).finish());
  };
  return { clock, store, tell };
}

test('spans of several processes become one trace, in the order of their times and then of the way', () => {
  const { store, tell } = open();
  tell('m1', 'written', { atMs: 30, numbers: { recipients: 2 } }, 'access-1');
  tell('m1', 'forwarded', { atMs: 20 });
  tell('m1', 'taken', { atMs: 20, numbers: { seq: 4 } });
  tell('m1', 'accepted', { atMs: 10, texts: { target: '{}' } }, 'service-1');
  const trace = store.find('m1');
  assert.deepEqual([trace?.lane, trace?.isCut], ['bulk', false]);
  assert.deepEqual(trace?.spans, [
    { stage: 'accepted', at: 10, process: 'service-1', detail: { target: '{}' } },
    { stage: 'taken', at: 20, process: 'dispatch-1', detail: { seq: 4 } },
    { stage: 'forwarded', at: 20, process: 'dispatch-1', detail: {} },
    { stage: 'written', at: 30, process: 'access-1', detail: { recipients: 2 } },
  ]);
  assert.equal(store.find('m2'), undefined);
});

test('a stage that this version does not know is left out', () => {
  const { store, tell } = open();
  tell('m1', 'pondered');
  assert.equal(store.find('m1'), undefined);
});

test('64 spans of a message are kept; that there were more is told', () => {
  const { store, tell } = open();
  for (let index = 0; index < MAX_SPANS; index += 1) tell('m1', 'sent');
  assert.deepEqual([store.find('m1')?.spans.length, store.find('m1')?.isCut], [MAX_SPANS, false]);
  tell('m1', 'acked');
  assert.deepEqual([store.find('m1')?.spans.length, store.find('m1')?.isCut], [MAX_SPANS, true]);
});

test('2,000 messages are kept, the oldest go first, and a flood of one lane leaves the other alone', () => {
  const { store, tell } = open();
  tell('asked', 'accepted');
  for (let index = 0; index < MAX_TRACES; index += 1) tell(`x${index}`, 'acked', { lane: WireLane.EXPRESS });
  assert.equal(store.find('asked')?.lane, 'bulk');
  assert.equal(store.size, MAX_TRACES / 2 + 1);
  assert.equal(store.find(`x${MAX_TRACES / 2 - 1}`), undefined);
  assert.equal(store.find(`x${MAX_TRACES / 2}`)?.lane, 'express');
  for (let index = 0; index < MAX_TRACES; index += 1) tell(`b${index}`, 'taken');
  assert.equal(store.size, MAX_TRACES);
  assert.equal(store.find('asked'), undefined);
});

test('a trace is kept for 10 minutes from its first span on', () => {
  const { clock, store, tell } = open();
  tell('m1', 'accepted');
  clock.advance(KEEP_MS - 1);
  tell('m1', 'expired');
  assert.equal(store.find('m1')?.spans.length, 2);
  clock.advance(1);
  assert.equal(store.find('m1'), undefined);
  tell('m2', 'accepted');
  assert.equal(store.size, 1);
});
