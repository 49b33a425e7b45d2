import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOptions } from './options.ts';

test('options are read, and what is not known is refused with one line', () => {
  const { scenarios, isQuick, compareWith, seed } = readOptions(
    ['--quick', '--scenario', 'a', '--compare', 'x.json'],
    ['a'],
  );
  assert.deepEqual([scenarios, isQuick, compareWith, seed], [['a'], true, 'x.json', 1]);
  const gate = readOptions(['--gate'], []);
  assert.deepEqual([gate.isGate, gate.isQuick], [true, true]);
  assert.throws(() => readOptions(['--scenario', 'b'], ['a']), /no scenario "b"; there are a/);
  assert.throws(() => readOptions(['--seed', 'x'], []), /whole number/);
  assert.throws(() => readOptions(['--fast'], []), /--fast/);
  assert.deepEqual(readOptions(['--merge', 'a.json', 'b.json'], []).mergeFiles, ['a.json', 'b.json']);
  assert.throws(() => readOptions(['--merge', 'a.json'], []), /two or more/);
  assert.throws(() => readOptions(['a.json'], []), /"a.json"/);
});
