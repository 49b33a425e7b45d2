import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { StormGate } from './storm-gate.ts';

function fixture(ratePerSec = 100, burst = 200) {
  const clock = fakeClock();
  let step = 0;
  const random = (): number => {
    step += 1;
    return (step * 0.618_034) % 1;
  };
  return { clock, gate: new StormGate({ ratePerSec, burst, clock, random }) };
}

test('lets the burst in, then so many a second', () => {
  const { clock, gate } = fixture();
  const letIn = (tries: number): number =>
    Array.from({ length: tries }, () => gate.take()).filter((afterMs) => afterMs === null).length;
  assert.equal(letIn(1000), 200);
  clock.advance(1000);
  assert.equal(letIn(1000), 100);
});

test('a herd that obeys its hints is in after about as long as the node needs, and is not refused again and again', () => {
  const { clock, gate } = fixture();
  const herd = Array.from({ length: 1200 }, () => ({ atMs: 0, tries: 0 }));
  let waiting = herd;
  for (; waiting.length > 0 && clock.monotonic() < 60_000; clock.advance(10)) {
    const due = waiting.filter(({ atMs }) => atMs <= clock.monotonic());
    for (const client of due) {
      client.tries += 1;
      const afterMs = gate.take();
      client.atMs = afterMs === null ? Infinity : clock.monotonic() + afterMs;
    }
    waiting = waiting.filter(({ atMs }) => atMs !== Infinity);
  }
  assert.equal(waiting.length, 0);
  assert.ok(clock.monotonic() < 30_000, `${clock.monotonic()} ms`);
  const tries = herd.reduce((sum, client) => sum + client.tries, 0) / herd.length;
  assert.ok(tries < 4, `${tries} tries each`);
});

test('a herd is told times from now up to 31 s at most, each its own', () => {
  const { gate } = fixture(1, 1);
  const times = Array.from({ length: 500 }, () => gate.take() ?? 0);
  assert.ok(Math.max(...times) <= 31_000);
  assert.ok(new Set(times).size > 450);
});

test('a rate of 0 is no limit', () => {
  const { gate } = fixture(0, 1);
  assert.ok(Array.from({ length: 1000 }, () => gate.take()).every((afterMs) => afterMs === null));
});
