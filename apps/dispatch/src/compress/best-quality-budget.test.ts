import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@longwire/testkit';
import { BestQualityBudget } from './best-quality-budget.ts';
import type { BudgetedBatch } from './best-quality-budget.ts';

const KB = 1024;

function setUp(share = 0.25, maxJobMs = 80, maxMeanMs = 100) {
  const clock = fakeClock();
  const budget = new BestQualityBudget({ clock, share, maxJobMs, maxMeanMs });
  let spentMs = 0;
  const batch = (key: string, viewers: number, rawKb: number): BudgetedBatch => ({
    key,
    rawBytes: rawKb * KB,
    viewers,
    basic: 7,
  });
  /** One batch: what it was given, and what that took, 1 ms a KB; the best leaves 90%. */
  const send = (key: string, viewers: number, rawKb: number): number => {
    const each = batch(key, viewers, rawKb);
    const quality = budget.choose(each);
    const encodedBytes = each.rawBytes * (quality === 11 ? 0.27 : 0.3);
    if (quality === 11) spentMs += rawKb;
    budget.learn(each, quality, { encodedBytes, durationMs: quality === 11 ? rawKb : 0.1 });
    return quality;
  };
  /** So many seconds with five batches each of every room; how many of them were best, by room. */
  const run = (seconds: number, rooms: Readonly<Record<string, readonly [number, number]>>) => {
    const best: Record<string, number> = {};
    for (let turn = 0; turn < seconds * 5; turn += 1) {
      clock.advance(200);
      for (const [key, [viewers, rawKb]] of Object.entries(rooms)) {
        best[key] = (best[key] ?? 0) + (send(key, viewers, rawKb) === 11 ? 1 : 0);
      }
    }
    return best;
  };
  return { clock, budget, batch, run, spent: () => spentMs };
}

test('a room that is worth it gets the best after a second, but for a batch now and then', () => {
  const { run } = setUp();
  run(2, { a: [100, 4] });
  const { a = 0 } = run(64, { a: [100, 4] });
  assert.ok(a >= 310 && a < 320, `${a} of 320`);
});

test('few viewers are not worth the CPU', () => {
  const { run } = setUp();
  assert.deepEqual(run(10, { none: [0, 4], two: [2, 4] }), { none: 0, two: 0 });
});

test('the share goes to where a ms saves most over all viewers, not to who comes first', () => {
  const { run } = setUp(0.1);
  // Each would take 100 ms a second, which is the whole share.
  const best = run(30, { small: [20, 20], large: [5000, 20], middle: [200, 20] });
  assert.ok((best['large'] ?? 0) > 130, JSON.stringify(best));
  assert.ok((best['small'] ?? 0) + (best['middle'] ?? 0) <= 5, JSON.stringify(best));
});

test('what is spent stays within the share, whoever asks', () => {
  for (const share of [0.05, 0.25, 1]) {
    const { run, spent } = setUp(share);
    const rooms = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [`r${index}`, [100 + index, 10] as const]),
    );
    run(20, rooms);
    // What the purse holds at the start, and one batch that overdraws it.
    assert.ok(spent() <= 20_000 * share + Math.max(1000 * share, 80) + 10, `${spent()} ms`);
    assert.ok(spent() >= 20_000 * share * 0.5, `${spent()} ms`);
  }
});

test('a share of 0 is never', () => {
  const { run, budget } = setUp(0);
  assert.deepEqual(run(5, { a: [5000, 4] }), { a: 0 });
  assert.equal(budget.rooms, 0);
});

test('a batch that would take longer than it may wait stays basic', () => {
  const { run } = setUp(1, 80);
  run(2, { small: [1000, 60] });
  const best = run(5, { small: [1000, 60], large: [1000, 90] });
  assert.ok((best['small'] ?? 0) > 20);
  assert.equal(best['large'], 0);
});

test('where batches have to wait too long on average, since cores are short, the room goes without for ten seconds', () => {
  const { run } = setUp(0.5, 80, 9);
  const { a = 0 } = run(3, { a: [100, 10] });
  assert.ok(a > 2, `${a}`);
  run(9, { a: [100, 10] });
  // It takes 10 ms a batch: the mean nears that from below, passes 9 once in 22 batches, and begins anew.
  const { a: later = 0 } = run(60, { a: [100, 10] });
  assert.ok(later > 50 && later < 200, `${later} of 300`);
  const fine = setUp(0.5, 80, 11);
  fine.run(3, { a: [100, 10] });
  assert.ok((fine.run(60, { a: [100, 10] })['a'] ?? 0) > 250);
});

test('a room that was late is left out for ten seconds', () => {
  const { run, budget, batch, clock } = setUp();
  run(3, { a: [100, 4] });
  budget.noteLate(batch('a', 100, 4));
  assert.deepEqual(run(9, { a: [100, 4] }), { a: 0 });
  clock.advance(1000);
  assert.ok((run(3, { a: [100, 4] })['a'] ?? 0) > 5);
});

test('what is learned is kept for rooms that talk, and no more than ten thousand', () => {
  const { budget, batch, clock, run } = setUp();
  for (let index = 0; index < 10_100; index += 1) budget.choose(batch(`r${index}`, 100, 4));
  assert.equal(budget.rooms, 10_000);
  clock.advance(61_000);
  run(1, { a: [100, 4] });
  assert.equal(budget.rooms, 1);
});
