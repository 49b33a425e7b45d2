import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LaneTable } from './lane-table.ts';
import type { Crossing } from './lane-table.ts';

/** A small generator with a fixed seed: the same run every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}

/** Least distance of two items of one lane over the time that both are on the stage. */
function leastDistance(first: Crossing, second: Crossing, stagePx: number): number {
  const tailAt = (ms: number): number => stagePx - first.pxPerMs * (ms - first.startMs) + first.widthPx;
  const headAt = (ms: number): number => stagePx - second.pxPerMs * (ms - second.startMs);
  const leavesMs = first.startMs + (stagePx + first.widthPx) / first.pxPerMs;
  if (leavesMs <= second.startMs) return Infinity;
  return Math.min(headAt(second.startMs) - tailAt(second.startMs), headAt(leavesMs) - tailAt(leavesMs));
}

test('no two texts ever overlap: any widths, speeds, times, stages and lane counts', () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = seeded(seed * 7919);
    const stageWidthPx = 240 + random() * 1800;
    const gapPx = random() * 50;
    const laneCount = 1 + Math.floor(random() * 14);
    const lanes = new LaneTable({ laneCount, stageWidthPx, gapPx, random });
    const placed: Crossing[] = [];
    for (let nowMs = 0; nowMs < 40_000; nowMs += random() * 60) {
      const crossingMs = 2_500 + random() * 9_000;
      const widthPx = 5 + random() * 900;
      const found = lanes.place({ widthPx, pxPerMs: stageWidthPx / crossingMs }, nowMs, random() < 0.5 ? 0 : 1);
      if (found !== undefined) placed.push(found);
    }
    assert.ok(placed.length > laneCount, `seed ${seed}: ${placed.length} placed`);
    for (const [index, item] of placed.entries()) {
      for (const before of placed.slice(0, index)) {
        if (before.lane !== item.lane) continue;
        const px = leastDistance(before, item, stageWidthPx);
        assert.ok(px >= gapPx - 1e-6, `seed ${seed}: ${px} px between two of lane ${item.lane}`);
      }
    }
  }
});

const ITEM = { widthPx: 200, pxPerMs: 0.1 };

test('places nothing while every entrance is taken', () => {
  const lanes = new LaneTable({ laneCount: 2, stageWidthPx: 900, gapPx: 30 });
  assert.ok(lanes.place(ITEM, 0));
  assert.ok(lanes.place(ITEM, 0));
  assert.equal(lanes.place(ITEM, 0), undefined);
  assert.ok(lanes.place(ITEM, 5_000));
});

test('a fast text waits until it cannot catch up with a slow one', () => {
  const lanes = new LaneTable({ laneCount: 1, stageWidthPx: 900, gapPx: 30 });
  lanes.place(ITEM, 0);
  const fast = { widthPx: 100, pxPerMs: 0.3 };
  assert.equal(lanes.place(fast, 3_000), undefined, 'its entrance is free, its way is not');
  assert.ok(lanes.place(fast, 9_500));
});

test('a stage that changes its height keeps what crosses it', () => {
  const lanes = new LaneTable({ laneCount: 2, stageWidthPx: 900, gapPx: 30 });
  lanes.place(ITEM, 0);
  lanes.place(ITEM, 0);
  lanes.resize(3);
  assert.equal(lanes.place(ITEM, 0)?.lane, 2);
  lanes.resize(1);
  assert.equal(lanes.place(ITEM, 0), undefined);
});

test('uses every lane, and those from the first one on that may be used', () => {
  const lanes = new LaneTable({ laneCount: 6, stageWidthPx: 900, gapPx: 30 });
  const used = new Set(Array.from({ length: 5 }, () => lanes.place(ITEM, 0, 1)?.lane));
  assert.deepEqual(used, new Set([1, 2, 3, 4, 5]));
  assert.equal(lanes.place(ITEM, 0, 1), undefined);
  assert.equal(lanes.place(ITEM, 0)?.lane, 0);
});
