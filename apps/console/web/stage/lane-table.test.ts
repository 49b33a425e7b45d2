import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LaneTable } from './lane-table.ts';

const STAGE_PX = 900;
const GAP_PX = 30;

function table(laneCount: number, random = Math.random): LaneTable {
  return new LaneTable({ laneCount, stageWidthPx: STAGE_PX, crossingMs: 8_000, gapPx: GAP_PX, random });
}

test('items of one lane never overlap, whatever their widths and times', () => {
  // A small generator with a fixed seed: the same run every time.
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const lanes = table(4, random);
  const placed: { lane: number; startMs: number; widthPx: number; pxPerMs: number }[] = [];
  for (let nowMs = 0; nowMs < 60_000; nowMs += 40) {
    const widthPx = 40 + random() * 500;
    const placement = lanes.place(widthPx, nowMs);
    if (placement === undefined) continue;
    const pxPerMs = (STAGE_PX + widthPx) / placement.durationMs;
    placed.push({ lane: placement.lane, startMs: nowMs, widthPx, pxPerMs });
  }
  assert.ok(placed.length > 60);
  for (const [index, item] of placed.entries()) {
    const before = placed.slice(0, index).findLast(({ lane }) => lane === item.lane);
    if (before === undefined) continue;
    assert.ok(Math.abs(before.pxPerMs - item.pxPerMs) < 1e-9, 'one speed per lane');
    const tailPx = before.pxPerMs * (item.startMs - before.startMs) - before.widthPx;
    assert.ok(tailPx >= GAP_PX - 1e-6, `the one before is ${tailPx} px in`);
  }
});

test('places nothing while every entrance is taken', () => {
  const lanes = table(2);
  assert.ok(lanes.place(200, 0));
  assert.ok(lanes.place(200, 0));
  assert.equal(lanes.place(200, 0), undefined);
  assert.ok(lanes.place(200, 5_000));
});

test('uses every lane', () => {
  const lanes = table(6);
  const used = new Set(Array.from({ length: 6 }, () => lanes.place(100, 0)?.lane));
  assert.deepEqual(used, new Set([0, 1, 2, 3, 4, 5]));
});
