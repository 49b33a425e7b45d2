import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearedCookie, sessionCookie, sessionIdOf } from './session-cookie.ts';

const ID = 'a'.repeat(43);

test('no script can read the cookie, no other site can have it sent, and it goes to the operator calls alone', () => {
  const cookie = sessionCookie(ID, { maxAgeMs: 90_500, isSecure: false });
  assert.equal(cookie, `longwire-operator=${ID}; Path=/api/operator; Max-Age=90; HttpOnly; SameSite=Strict`);
  assert.match(sessionCookie(ID, { maxAgeMs: 1, isSecure: true }), /; Secure$/);
  assert.match(clearedCookie({ isSecure: false }), /longwire-operator=; .*Max-Age=0/);
});

test('reads the id out of a header with other cookies, and nothing that is no id', () => {
  assert.equal(sessionIdOf(`a=b; longwire-operator=${ID}; c=d`), ID);
  for (const header of [
    undefined,
    '',
    'a=b',
    'longwire-operator=',
    `longwire-operator=${ID}x`,
    'longwire-operator=$',
  ]) {
    assert.equal(sessionIdOf(header), undefined);
  }
});
