import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodingOfProtover } from '@longwire/domain';
import { BODY_VER, isCompressedVer, parseProtover, verOfEncoding } from './body-ver.ts';

test('protover 0 and 1 get plain frames, 2 gets zlib, 3 gets brotli, 4 the dictionary', () => {
  const vers = [0, 1, 2, 3, 4].map((protover) => verOfEncoding(encodingOfProtover(protover)));
  assert.deepEqual(vers, [BODY_VER.json, BODY_VER.json, BODY_VER.zlib, BODY_VER.brotli, BODY_VER.dictionary]);
});

test('an absent protover is 0, digits may be text, and anything else is refused', () => {
  assert.equal(parseProtover(undefined), 0);
  assert.equal(parseProtover(null), 0);
  for (const value of [0, 1, 2, 3, 4] as const) {
    assert.equal(parseProtover(value), value);
    assert.equal(parseProtover(String(value)), value);
  }
  for (const value of [5, -1, 1.5, Number.NaN, '', '03', true, {}, [3]]) assert.equal(parseProtover(value), undefined);
});

test('only ver 2, 3 and 4 hold whole frames', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5].filter(isCompressedVer), [2, 3, 4]);
});
