import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { DeviceId, RoomId, UserId } from '@longwire/domain';
import { trustedId } from '@longwire/domain';
import { fakeClock } from '@longwire/testkit';
import { CompactEncrypt, compactDecrypt } from 'jose';
import type { KeyRing } from './key-ring.ts';
import { generateTokenKey, parseKeyRing } from './key-ring.ts';
import { createTokenMinter } from './token-minter.ts';
import { createTokenOpener } from './token-opener.ts';

const TTL_MS = 60_000;
const subject = {
  tenant: 'live',
  userId: trustedId<UserId>('42'),
  deviceId: trustedId<DeviceId>('d1'),
  roomId: trustedId<RoomId>('1000'),
  platform: 'web',
};

function open(ring: KeyRing = parseKeyRing([generateTokenKey()])) {
  const clock = fakeClock();
  return {
    clock,
    ring,
    minter: createTokenMinter(ring, { ttlMs: TTL_MS, clock }),
    opener: createTokenOpener(ring, { clock }),
  };
}

/** Seals any text under any header as the minter would. */
function seal({ newest }: KeyRing, plain: string, header: Record<string, unknown> = {}): string {
  const head = Buffer.from(JSON.stringify({ alg: 'dir', enc: 'A256GCM', kid: newest.kid, ...header })).toString(
    'base64url',
  );
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', newest.key, iv).setAAD(Buffer.from(head));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return [head, '', ...[iv, body, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

test('a minted token opens to what it was minted for', async () => {
  const { clock, minter, opener } = open();
  const { token, expiresAtMs } = await minter.mint(subject);
  assert.equal(expiresAtMs, clock.now() + TTL_MS);
  assert.deepEqual(opener.open(token), { ok: true, claims: { ...subject, issuedAtMs: clock.now(), expiresAtMs } });
});

test('a guest token has no user, and room and platform may be absent', async () => {
  const { minter, opener } = open();
  const guest = { ...subject, userId: null, roomId: null, platform: null };
  const outcome = opener.open((await minter.mint(guest)).token);
  assert(outcome.ok);
  assert.deepEqual({ ...guest, ...outcome.claims }, outcome.claims);
  assert.equal(outcome.claims.userId, null);
});

test('the library that mints reads what is sealed with node:crypto, and the opener what the library sealed', async () => {
  const { ring, opener, clock } = open();
  const plain = JSON.stringify({ t: 'live', d: 'd1', iat: clock.now(), exp: clock.now() + 1 });
  const read = await compactDecrypt(seal(ring, plain), ring.newest.key);
  assert.equal(Buffer.from(read.plaintext).toString(), plain);
  assert.deepEqual(read.protectedHeader, { alg: 'dir', enc: 'A256GCM', kid: ring.newest.kid });
  const encrypter = new CompactEncrypt(Buffer.from(plain));
  encrypter.setProtectedHeader({ kid: ring.newest.kid, enc: 'A256GCM', alg: 'dir' });
  assert.equal(opener.open(await encrypter.encrypt(ring.newest.key)).ok, true);
});

test('a token says nothing readable of its bearer', async () => {
  const { minter } = open();
  const { token } = await minter.mint({ ...subject, platform: 'very-special-platform' });
  assert.doesNotMatch(Buffer.from(token, 'base64').toString('latin1'), /very-special/);
});

test('a token is expired from the millisecond it ends', async () => {
  const { clock, minter, opener } = open();
  const { token } = await minter.mint(subject);
  clock.advance(TTL_MS - 1);
  assert.equal(opener.open(token).ok, true);
  clock.advance(1);
  assert.deepEqual(opener.open(token), { ok: false, reason: 'expired' });
});

test('what grants nothing may open a token for a while longer', async () => {
  const clock = fakeClock();
  const ring = parseKeyRing([generateTokenKey()]);
  const opener = createTokenOpener(ring, { clock, graceMs: 1_000 });
  const { token } = await createTokenMinter(ring, { ttlMs: TTL_MS, clock }).mint(subject);
  clock.advance(TTL_MS + 999);
  assert.equal(opener.open(token).ok, true);
  clock.advance(1);
  assert.deepEqual(opener.open(token), { ok: false, reason: 'expired' });
});

test('after a rotation old tokens still open, new ones carry the new key, and a dropped key is unknown', async () => {
  const [oldKey, newKey] = [generateTokenKey(), generateTokenKey()];
  const before = await open(parseKeyRing([oldKey])).minter.mint(subject);
  const rotated = open(parseKeyRing([newKey, oldKey]));
  assert.equal(rotated.opener.open(before.token).ok, true);
  const afterwards = await rotated.minter.mint(subject);
  const dropped = open(parseKeyRing([newKey]));
  assert.equal(dropped.opener.open(afterwards.token).ok, true);
  assert.deepEqual(dropped.opener.open(before.token), { ok: false, reason: 'unknown-key' });
});

test('the kid alone opens nothing: another key under the same kid finds the token tampered', async () => {
  const { token } = await open(parseKeyRing([`k1:${randomBytes(32).toString('base64url')}`])).minter.mint(subject);
  const other = open(parseKeyRing([`k1:${randomBytes(32).toString('base64url')}`]));
  assert.deepEqual(other.opener.open(token), { ok: false, reason: 'tampered' });
});

test('no token with one character changed, added or removed opens', async () => {
  const { minter, opener } = open();
  const { token } = await minter.mint(subject);
  for (let at = 0; at < token.length; at += 1) {
    const char = token[at];
    for (const other of ['A', 'B', 'g', '_', '.'].filter((candidate) => candidate !== char)) {
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      assert.equal(opener.open(changed).ok, false, `changed at ${at}`);
    }
    assert.equal(opener.open(token.slice(0, at) + token.slice(at + 1)).ok, false, `removed at ${at}`);
    assert.equal(opener.open(`${token.slice(0, at)}A${token.slice(at)}`).ok, false, `added at ${at}`);
  }
});

test('what is no token is malformed, whatever it is', () => {
  const { opener, ring } = open();
  const shaped = (header: string) =>
    `${Buffer.from(header).toString('base64url')}..${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`;
  const texts = [
    '',
    '.',
    '....',
    'a.b.c',
    'x'.repeat(5_000),
    shaped('null'),
    shaped('[]'),
    shaped('{'),
    shaped('"dir"'),
    '💥',
  ];
  const refused = [{ alg: 'none' }, { alg: 'A256KW' }, { enc: 'A128GCM' }, { kid: 7 }, { zip: 'DEF' }, { crit: ['x'] }];
  for (const text of [...texts, ...refused.map((header) => seal(ring, '{}', header))]) {
    assert.deepEqual(opener.open(text), { ok: false, reason: 'malformed' }, text.slice(0, 80));
  }
});

test('authentic but senseless claims are malformed', () => {
  const { opener, ring } = open();
  const good = { t: 'live', d: 'd1', iat: 1, exp: Number.MAX_SAFE_INTEGER };
  assert.equal(opener.open(seal(ring, JSON.stringify(good))).ok, true);
  const faults = [{ d: undefined }, { d: 'a b' }, { t: 7 }, { u: {} }, { r: 'x/y' }, { exp: 'never' }, { iat: null }];
  const plains = ['', 'null', '7', '[]', '{', ...faults.map((fault) => JSON.stringify({ ...good, ...fault }))];
  for (const plain of plains.filter((text) => text !== '')) {
    assert.deepEqual(opener.open(seal(ring, plain)), { ok: false, reason: 'malformed' }, plain);
  }
});
