import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clipCloseReason, CLOSE_CODES, closeNameOf, invitesReconnect } from './close-codes.ts';
import { MAX_CLOSE_REASON_BYTES } from './limits.ts';

const rows = Object.entries(CLOSE_CODES);
const encoder = new TextEncoder();

test('4000-4499 invite a reconnect and 4500-4999 do not', () => {
  for (const [name, row] of rows) {
    assert.ok(row.code >= 4000 && row.code <= 4999, name);
    assert.equal(row.retry, row.code < 4500, name);
    assert.equal(invitesReconnect(row.code), row.retry, name);
  }
});

test('every code is used once, in rising order, and leads back to its name', () => {
  const codes = rows.map(([, row]) => row.code);
  assert.deepEqual(
    codes,
    [...new Set(codes)].toSorted((a, b) => a - b),
  );
  for (const [name, row] of rows) assert.equal(closeNameOf(row.code), name);
  assert.equal(closeNameOf(1006), undefined);
});

test('codes newer than the table go by their range, and a cut line invites a reconnect', () => {
  for (const code of [4499, 4123, 1000, 1001, 1006, 1011]) assert.equal(invitesReconnect(code), true, String(code));
  for (const code of [4500, 4987, 4999]) assert.equal(invitesReconnect(code), false, String(code));
});

test('every sentence fits a WebSocket close frame', () => {
  for (const [name, row] of rows) {
    assert.ok(encoder.encode(row.sentence).length <= MAX_CLOSE_REASON_BYTES, name);
  }
});

test('a close reason is cut to 123 bytes and never inside a character', () => {
  assert.equal(clipCloseReason('a'.repeat(123)), 'a'.repeat(123));
  assert.equal(clipCloseReason('a'.repeat(124)), 'a'.repeat(123));
  assert.equal(clipCloseReason('a' + '你'.repeat(60)), 'a' + '你'.repeat(40));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const clipped = clipCloseReason(text);
      assert.ok(encoder.encode(clipped).length <= MAX_CLOSE_REASON_BYTES);
      assert.ok(text.startsWith(clipped));
      assert.ok(clipped === text || encoder.encode(clipped).length > MAX_CLOSE_REASON_BYTES - 4);
    }),
  );
});
