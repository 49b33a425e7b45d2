import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matches, pageOf, sortedBy, sortRows } from './table-view.ts';

const rows = Array.from({ length: 300 }, (_, index) => ({ id: `access-${index + 1}`, load: (index * 7) % 300 }));

test('sorts access-2 before access-10, numbers as numbers, and what is not known last either way', () => {
  const names = sortRows(rows, ({ id }) => id, false).map(({ id }) => id);
  assert.deepEqual([names[1], names[9], names[299]], ['access-2', 'access-10', 'access-300']);
  const loads = sortRows(rows, ({ load }) => load, true).map(({ load }) => load);
  assert.deepEqual([loads[0], loads[299]], [299, 0]);
  for (const isDescending of [false, true]) {
    const zones = sortRows([{ z: null }, { z: 'b' }, { z: 'a' }], ({ z }) => z, isDescending).map(({ z }) => z);
    assert.equal(zones[2], null);
  }
});

test('equals keep their order, so that rows stand still while figures change elsewhere', () => {
  const same = rows.map((row) => ({ ...row, load: 1 }));
  assert.deepEqual(
    sortRows(same, ({ load }) => load, true),
    same,
  );
});

test('shows one page of 300 nodes, and the last one when the page asked for is gone', () => {
  const first = pageOf(rows, 0, 25);
  assert.deepEqual([first.rows.length, first.pages, first.first, first.total], [25, 12, 1, 300]);
  const beyond = pageOf(rows.slice(0, 26), 11, 25);
  assert.deepEqual([beyond.page, beyond.rows.length, beyond.first], [1, 1, 26]);
  assert.deepEqual(pageOf([], 3, 25), { rows: [], page: 0, pages: 1, total: 0, first: 0 });
});

test('a click on another head sorts by it, a second click turns it around, both from the first page', () => {
  const start = { sortId: 'node', isDescending: false, page: 4 };
  const byLoad = sortedBy(start, 'load', true);
  assert.deepEqual(byLoad, { sortId: 'load', isDescending: true, page: 0 });
  assert.equal(sortedBy(byLoad, 'load', true).isDescending, false);
});

test('a filter takes all words in any case and order', () => {
  const texts = ['access-12', 'cn-east', null, '1.4.0'];
  assert.ok(matches(texts, 'EAST access'));
  assert.ok(matches(texts, ''));
  assert.ok(!matches(texts, 'east west'));
});
