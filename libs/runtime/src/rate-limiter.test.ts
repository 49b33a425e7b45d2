import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { createRateLimiter } from './rate-limiter.ts';

function limiter(options: { ratePerSec?: number; burst?: number; maxKeys?: number } = {}) {
  const clock = fakeClock();
  return { clock, limiter: createRateLimiter({ ratePerSec: 10, burst: 5, maxKeys: 100, clock, ...options }) };
}

test('a rested key may take its burst at once and then one per interval', () => {
  const { clock, limiter: limits } = limiter();
  const taken = Array.from({ length: 6 }, () => limits.take('a').ok);
  assert.deepEqual(taken, [true, true, true, true, true, false]);
  clock.advance(100);
  assert.deepEqual(limits.take('a'), { ok: true });
  assert.deepEqual(limits.take('a'), { ok: false, retryAfterMs: 100 });
});

test('waiting for retryAfterMs is enough, and a refusal costs nothing', () => {
  const { clock, limiter: limits } = limiter();
  limits.take('a', 5);
  const refused = limits.take('a', 3);
  assert.deepEqual(refused, { ok: false, retryAfterMs: 300 });
  limits.take('a', 3);
  clock.advance(300);
  assert.deepEqual(limits.take('a', 3), { ok: true });
});

test('over a long time a key gets its rate and not more', () => {
  const { clock, limiter: limits } = limiter({ ratePerSec: 7, burst: 3 });
  let taken = 0;
  for (let ms = 0; ms < 100_000; ms += 10) {
    if (limits.take('a').ok) taken += 1;
    clock.advance(10);
  }
  assert(taken >= 699 && taken <= 703, `took ${taken}`);
});

test('a cost above the burst counts as the burst, so that it is not refused for ever', () => {
  const { limiter: limits } = limiter();
  assert.deepEqual(limits.take('a', 50), { ok: true });
  assert.deepEqual(limits.take('a', 50), { ok: false, retryAfterMs: 500 });
});

test('keys do not touch each other', () => {
  const { limiter: limits } = limiter({ burst: 1 });
  assert.equal(limits.take('a').ok, true);
  assert.equal(limits.take('b').ok, true);
  assert.equal(limits.take('a').ok, false);
});

test('beyond maxKeys the key touched longest ago is forgotten', () => {
  const { limiter: limits } = limiter({ burst: 2, maxKeys: 2 });
  limits.take('a');
  limits.take('b');
  limits.take('a');
  limits.take('c');
  assert.equal(limits.size(), 2);
  assert.equal(limits.take('a').ok, false);
});

test('a rate of 0 is no limit and remembers nothing', () => {
  const { limiter: limits } = limiter({ ratePerSec: 0 });
  for (let i = 0; i < 100; i += 1) assert.equal(limits.take('a', 1_000).ok, true);
  assert.equal(limits.size(), 0);
});
