import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LatencyHistogram } from '../core/latency-histogram.ts';
import { monotonicMs } from '../core/monotonic.ts';
import { Ledger } from './ledger.ts';
import { STREAM_SPAN } from './orders.ts';
import { decodePlain } from './plain-dialect.ts';

const message = (n: number): Buffer => Buffer.from(JSON.stringify({ cmd: 'D', n }));

test('the same bytes at many connections are decoded once and counted each time', () => {
  let decoded = 0;
  const ledger = new Ledger((bytes) => {
    decoded += 1;
    return decodePlain(bytes);
  }, false);
  ledger.begin({ 0: { startMs: monotonicMs(), ratePerSec: 1, count: 1 } });
  for (let viewer = 0; viewer < 500; viewer += 1) ledger.record(message(0), 20);
  const { frames, bytes, streams } = ledger.report();
  assert.equal(decoded, 1);
  assert.deepEqual([frames, bytes, streams[0]?.messages], [500, 10_000, 500]);
});

test('latency counts from when the message was due, not from when it was sent', () => {
  const ledger = new Ledger(decodePlain, false);
  ledger.begin({ 0: { startMs: monotonicMs() - 5000, ratePerSec: 1, count: 10 } });
  ledger.record(message(2), 20);
  const { streams } = ledger.report();
  const { p50Ms } = LatencyHistogram.decode(streams[0]?.histogram ?? '').quantiles();
  assert.ok(p50Ms > 2990 && p50Ms < 3100, String(p50Ms));
});

test('a batch counts as one frame and as each of its messages, streams apart', () => {
  const ledger = new Ledger(() => ({ numbers: [1, 2, STREAM_SPAN + 7], ackIds: [] }), true);
  ledger.begin({});
  ledger.record(message(1), 30);
  const { frames, streams, arrivals } = ledger.report();
  assert.equal(frames, 1);
  assert.deepEqual([streams[0]?.messages, streams[1]?.messages], [2, 1]);
  assert.deepEqual(
    arrivals.map(([number]) => number),
    [1, 2, STREAM_SPAN + 7],
  );
});

test('no delivery is forgotten when more distinct frames come than are remembered', () => {
  const ledger = new Ledger(decodePlain, false);
  ledger.begin({});
  for (let round = 0; round < 2; round += 1) {
    for (let n = 0; n < 1000; n += 1) ledger.record(message(n), 20);
  }
  assert.equal(ledger.report().streams[0]?.messages, 2000);
});
