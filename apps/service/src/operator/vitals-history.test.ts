import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { MAX_POINTS, VitalsHistory } from './vitals-history.ts';

function open() {
  const clock = fakeClock();
  let connections = 0;
  const history = new VitalsHistory(
    { sum: () => connections, rate: () => 2, latency: (lane) => (lane === 'bulk' ? { p50: 1, p99: 3 } : null) },
    clock,
  );
  const pass = (seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1000);
      connections += 1;
      history.note();
    }
  };
  return { clock, history, pass };
}

test('a history has a point for each second, oldest first', () => {
  const { clock, history, pass } = open();
  assert.deepEqual(history.last(300), { stepMs: 1000, points: [] });
  pass(10);
  const { stepMs, points } = history.last(3);
  assert.equal(stepMs, 1000);
  assert.deepEqual(
    points.map(({ connections }) => connections),
    [8, 9, 10],
  );
  assert.deepEqual(points.at(-1), {
    at: clock.now(),
    connections: 10,
    deliveriesPerSec: 2,
    framesPerSec: 2,
    bytesOutPerSec: 2,
    bulkP50: 1,
    bulkP99: 3,
    expressP50: null,
    expressP99: null,
  });
});

test('it keeps 900 points; more than 300 s are told in steps of 5 s, the newest always among them', () => {
  const { history, pass } = open();
  pass(MAX_POINTS + 123);
  const { stepMs, points } = history.last(MAX_POINTS);
  assert.deepEqual([stepMs, points.length], [5000, MAX_POINTS / 5]);
  assert.equal(points[0]?.connections, 123 + 5);
  assert.equal(points.at(-1)?.connections, MAX_POINTS + 123);
  const ats = points.map(({ at }) => at);
  assert.ok(ats.every((at, index) => index === 0 || at - (ats[index - 1] ?? 0) === 5000));
  assert.equal(history.last(300).points.length, 300);
});
