import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateKeyRing, generateTokenKey, parseKeyRing } from './key-ring.ts';

test('the first key is the newest, and all are found by their kid', () => {
  const [newer, older] = [generateTokenKey(), generateTokenKey()];
  const ring = parseKeyRing([newer, older]);
  assert.equal(ring.newest.kid, newer.split(':')[0]);
  assert.notEqual(ring.find(older.split(':')[0] ?? ''), undefined);
  assert.equal(ring.find('other'), undefined);
});

test('generated keys are all different', () => {
  const rings = [generateKeyRing(), generateKeyRing()];
  assert.notEqual(rings[0]?.newest.kid, rings[1]?.newest.kid);
});

test('a bad key is refused by its position, without being told', () => {
  const good = generateTokenKey();
  const bytes = good.split(':')[1] ?? '';
  const bad = ['', 'k1', `k1:${bytes}x`, `k1:${bytes.slice(1)}`, `k 1:${bytes}`, `:${bytes}`, `k1:${'?'.repeat(43)}`];
  for (const text of bad) {
    assert.throws(
      () => parseKeyRing([good, text]),
      (error: Error) => error.message.startsWith('token key 2 is not') && !error.message.includes(bytes),
      text,
    );
  }
});

test('a key of more than 256 bits in the same number of characters is a typing error', () => {
  assert.throws(() => parseKeyRing([`k1:${'A'.repeat(42)}B`]), /token key 1/);
});

test('a repeated kid and an empty ring are refused', () => {
  const [one, other] = [generateTokenKey(), generateTokenKey()];
  const repeated = `${one.split(':')[0]}:${other.split(':')[1]}`;
  assert.throws(() => parseKeyRing([one, repeated]), /token key 2 repeats the kid/);
  assert.throws(() => parseKeyRing([]), /LONGWIRE_TOKEN_KEYS/);
});
