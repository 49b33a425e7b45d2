import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageIdOf } from './idempotency.ts';

const DAY_MS = 24 * 3600_000;

test('a push that comes again is known by its id, whatever the store remembers of it', () => {
  const first = messageIdOf('key:k1', 'hash', 5 * DAY_MS);
  assert.match(first, /^[A-Za-z0-9_.:-]{1,64}$/);
  assert.equal(messageIdOf('key:k1', 'hash', 5 * DAY_MS + 60_000), first);
});

test('another key, another body and another day are other messages', () => {
  const ids = [
    messageIdOf('key:k1', 'hash', 0),
    messageIdOf('key:k2', 'hash', 0),
    messageIdOf('key:k1', 'other', 0),
    messageIdOf('key:k1', 'hash', DAY_MS),
  ];
  assert.equal(new Set(ids).size, ids.length);
});
