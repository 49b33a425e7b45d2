import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cell, fit } from './fit.ts';
import { span } from './numbers.ts';
import { tableOf } from './table.ts';

test('a text is cut by what it takes on the screen, wide characters counted twice', () => {
  assert.equal(fit('hello', 5), 'hello');
  assert.equal(fit('hello!', 5), 'hell…');
  assert.equal(fit('你好世界', 5), '你好…');
  assert.equal(fit('x', 0), '');
  assert.equal(cell('你', 4), '你  ');
});

test('columns of a table line up, and lines end without blanks', () => {
  const text = tableOf(
    [{ name: 'a' }, { name: 'n', align: 'right' }, { name: 'b' }],
    [
      ['你好', '1', ''],
      ['x', '10', 'y'],
    ],
  );
  assert.equal(text, 'A      N  B\n你好   1\nx     10  y');
});

test('a span is told in words', () => {
  assert.deepEqual([850, 12_340, 250_000].map(span), ['850 ms', '12.3 s', '4 m 10 s']);
});
