import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_KINDS } from '@longwire/domain';
import type { ErrorKind } from '@longwire/domain';
import { REPLY_CODES, replyCodeOfKind } from './reply-codes.ts';

test('0 is success, every other code is negative, and none is used twice', () => {
  const codes = Object.values(REPLY_CODES).map((row) => row.code);
  assert.equal(new Set(codes).size, codes.length);
  assert.deepEqual(
    codes.filter((code) => code >= 0),
    [0],
  );
});

test('every kind of error has a reply code that is not success', () => {
  for (const kind of Object.keys(ERROR_KINDS) as ErrorKind[]) assert.ok(replyCodeOfKind(kind) < 0, kind);
  assert.equal(replyCodeOfKind('unauthenticated'), -101);
  assert.equal(replyCodeOfKind('limited'), -429);
});
