import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHINESE } from './chinese.ts';
import { ENGLISH } from './english.ts';
import { createFormats, DASH } from './format.ts';

const format = createFormats('en-US');

test('figures are short and say what they can', () => {
  assert.deepEqual([0, 3.44, 212.4, 9_999, 184_213].map(format.short), ['0', '3.4', '212', '9,999', '184.2K']);
  assert.equal(format.whole(184_213), '184,213');
  assert.equal(format.percent(0.271), '27%');
  assert.deepEqual([0, 512, 1_536, 3 * 1024 ** 3].map(format.bytes), ['0 B', '512 B', '1.5 KiB', '3 GiB']);
  assert.deepEqual([null, undefined, 3.21, 131.6, 12_340].map(format.duration), [
    DASH,
    DASH,
    '3.2 ms',
    '132 ms',
    '12.3 s',
  ]);
});

test('times are of a day of 24 hours', () => {
  const at = new Date(2030, 0, 1, 0, 5, 9, 7).getTime();
  assert.equal(format.clock(at), '00:05:09');
  assert.equal(format.clockMs(at), '00:05:09.007');
});

test('the translation says everything that the original does', () => {
  const keysOf = (texts: object): string[] =>
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'object' ? keysOf(value as object).map((inner) => `${key}.${inner}`) : [key],
    );
  assert.deepEqual(keysOf(CHINESE).toSorted(), keysOf(ENGLISH).toSorted());
});
