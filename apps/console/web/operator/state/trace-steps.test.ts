import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stepsOf, targetText, totalMsOf } from './trace-steps.ts';

const span = (stage: string, at: number, detail = {}) => ({ stage, at, process: 'p', detail });

test('places each stage between the first and the last, in order of time', () => {
  const trace = { acceptedAt: 1_000, spans: [span('acked', 1_100), span('accepted', 1_000), span('written', 1_025)] };
  const steps = stepsOf(trace);
  assert.deepEqual(
    steps.map(({ span: { stage }, afterMs, place }) => [stage, afterMs, place]),
    [
      ['accepted', 0, 0],
      ['written', 25, 0.25],
      ['acked', 100, 1],
    ],
  );
  assert.equal(totalMsOf(trace), 100);
});

test('shows a process whose clock is behind, and a trace whose beginning was lost or that has no span', () => {
  const behind = stepsOf({ acceptedAt: 1_000, spans: [span('taken', 998), span('written', 1_002)] });
  assert.deepEqual(
    behind.map(({ afterMs, place }) => [afterMs, place]),
    [
      [-2, 0],
      [2, 1],
    ],
  );
  const lost = stepsOf({ acceptedAt: null, spans: [span('taken', 50), span('written', 60)] });
  assert.deepEqual(
    lost.map(({ afterMs }) => afterMs),
    [0, 10],
  );
  assert.deepEqual(stepsOf({ acceptedAt: null, spans: [] }), []);
  assert.equal(totalMsOf({ acceptedAt: null, spans: [] }), 0);
});

test('tells the facts of a stage and the target in few words', () => {
  const [step] = stepsOf({ acceptedAt: 0, spans: [span('flushed', 0, { seq: 7, deviceId: 'd', none: null })] });
  assert.deepEqual(step?.facts, ['seq 7', 'deviceId d']);
  assert.equal(targetText({ kind: 'user', userIds: ['1', '2', '3', '4', '5'] }), 'user 1, 2, 3 +2');
  assert.equal(targetText({ kind: 'all' }), 'all');
  assert.equal(targetText(null), '');
});
