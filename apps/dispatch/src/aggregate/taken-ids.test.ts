import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idKeyOf, toKeyBytes } from './id-key.ts';
import { TakenIds } from './taken-ids.ts';

function open(maxIds = 100) {
  const limits = { keyed: { keepMs: 1000, maxIds }, unkeyed: { keepMs: 100, maxIds } };
  return new TakenIds(limits, 0);
}

const keyed = (messageId: string) => ({ messageId, idKey: idKeyOf(messageId) });
const unkeyed = (messageId: string) => ({ messageId, idKey: '' });

test('a key is 8 bytes that depend on the whole id, and travels as it is', () => {
  const ids = ['message-0001', 'message-0002', '', 'x'.repeat(64)];
  const keys = ids.map(idKeyOf);
  assert.equal(new Set(keys).size, ids.length);
  assert.equal(toKeyBytes(keys.join('')).length, 8 * ids.length);
  // SHA-256 of the empty text is a well-known number: a key is the same in every process and release.
  assert.equal(toKeyBytes(idKeyOf('')).toString('hex'), 'e3b0c44298fc1c14');
});

test('messages with and without a key are known apart, and a flood of these does not push out those', () => {
  const taken = open();
  taken.add(keyed('a'), 0);
  for (let index = 0; index < 1000; index += 1) taken.add(unkeyed(`u${index}`), 0);
  assert.deepEqual([taken.has(keyed('a')), taken.has(unkeyed('a'))], [true, false]);
  assert.deepEqual([taken.has(unkeyed('u999')), taken.has(unkeyed('u0'))], [true, false]);
});

test('what nodes name counts as taken, once, within the same bound; a part of a key at the end is left out', () => {
  const taken = open();
  const ids = Array.from({ length: 200 }, (_, index) => `m${index}`);
  const bytes = toKeyBytes(ids.map(idKeyOf).join(''));
  assert.equal(taken.takeUp(bytes.subarray(0, 8 * 50 + 3), 0), 50);
  assert.equal(taken.takeUp(bytes.subarray(0, 8 * 50), 0), 0);
  assert.deepEqual([taken.has(keyed('m49')), taken.has(keyed('m50'))], [true, false]);
  assert.equal(taken.takeUp(bytes, 0), 150);
  assert.deepEqual([taken.has(keyed('m199')), taken.has(keyed('m0'))], [true, false], 'the newest half of the bound');
});
