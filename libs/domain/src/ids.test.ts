import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseId, parseUserId } from './ids.ts';

test('an id is one to 64 characters of the allowed alphabet', () => {
  for (const good of ['1', 'a.b:c-d_E', 'x'.repeat(64)]) assert.equal(parseId(good), good);
  for (const bad of ['', 'x'.repeat(65), 'a b', 'a/b', 'é', 'a\n', null, undefined, {}, [], true]) {
    assert.equal(parseId(bad), undefined, JSON.stringify(bad));
  }
});

test('a number is turned into its decimal string, but not a fraction, a negative or an unsafe one', () => {
  assert.equal(parseId(1000), '1000');
  assert.equal(parseId(0), '0');
  for (const bad of [1.5, -1, Number.NaN, Infinity, 2 ** 53]) assert.equal(parseId(bad), undefined);
});

test('no user id and user id 0 are a guest', () => {
  for (const guest of [undefined, null, '', 0, '0']) assert.equal(parseUserId(guest), null);
  assert.equal(parseUserId(42), '42');
  assert.equal(parseUserId('no spaces'), undefined);
});
