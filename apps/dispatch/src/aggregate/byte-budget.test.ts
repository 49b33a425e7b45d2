import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteBudget } from './byte-budget.ts';

test('what is taken counts until it is given back, and what is kept counts with it', () => {
  const budget = new ByteBudget(800);
  budget.take(300);
  assert.equal(budget.keep(50), true);
  assert.deepEqual([budget.usedBytes, budget.keptBytes, budget.heldBytes], [300, 50, 350]);
  budget.giveBack(300);
  budget.letGo(50);
  assert.equal(budget.heldBytes, 0);
});

test('kept buffers take an eighth at most: one byte more is not kept and not counted', () => {
  const budget = new ByteBudget(800);
  assert.deepEqual([budget.keep(60), budget.keep(41), budget.keep(40), budget.keep(1)], [true, false, true, false]);
  assert.equal(budget.keptBytes, 100);
  budget.letGo(60);
  assert.equal(budget.keep(60), true);
});

test('nothing is kept that would take the process past its bound', () => {
  const budget = new ByteBudget(800);
  budget.take(720);
  assert.deepEqual([budget.keep(81), budget.keep(80), budget.keep(1)], [false, true, false]);
  assert.equal(budget.heldBytes, 800);
});
