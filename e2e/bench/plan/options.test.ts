import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlanOptions } from './options.ts';

test('without options there is a plan for a million', () => {
  const { wish, isMeasuring } = readPlanOptions([]);
  assert.deepEqual([wish.viewers, wish.rooms, wish.rate, wish.expressPerSec], [1_000_000, 10_000, 10_000, 100]);
  assert.equal(isMeasuring, false);
});

test('what is given is taken', () => {
  const { wish, assumed } = readPlanOptions(['--viewers', '10000000', '--form', 'rich', '--gbit', '25']);
  assert.deepEqual([wish.viewers, wish.form, assumed.nodeGbitPerSec], [10_000_000, 'rich', 25]);
});

test('what cannot be is refused by name', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['viewers', '-1'],
    ['viewers', 'many'],
    ['viewers', ''],
    ['rooms', '0'],
    ['utilization', '1.1'],
    ['form', 'fat'],
  ];
  for (const [name, value] of wrong) {
    assert.throws(() => readPlanOptions([`--${name}=${value}`]), new RegExp(`--${name} takes`));
  }
  assert.throws(() => readPlanOptions(['--what']), /what/);
});
