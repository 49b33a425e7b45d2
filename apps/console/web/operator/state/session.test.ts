import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { whenSignedOut } from '../api/ask.ts';
import { hasEnded, session } from './session.ts';

beforeEach(() => {
  session.value = undefined;
  hasEnded.value = false;
});

test('a session that ends under several calls at once is said to have ended', () => {
  session.value = { isSignedIn: true, keyId: '0123456789ab', endsAt: 1 };
  for (let call = 0; call < 3; call += 1) whenSignedOut.notify();
  assert.equal(hasEnded.value, true);
  assert.equal(session.value.isSignedIn, false);
});

test('who was not signed in has no session that could end', () => {
  whenSignedOut.notify();
  assert.equal(hasEnded.value, false);
});
