import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withLwField } from './envelope-field.ts';
import { trustedId } from './ids.ts';
import type { MessageId, RoomId } from './ids.ts';

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
const decode = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

test('adds the field behind the others and leaves the payload as it was', () => {
  const payload = encode({ cmd: 'DANMU_MSG', text: '哈哈 } "', nested: { a: [1] } });
  const before = payload.slice();
  const lw = { room: trustedId<RoomId>('1000'), seq: 7, epoch: 1_700_000_000_000 };
  assert.deepEqual(decode(withLwField(payload, lw)), {
    cmd: 'DANMU_MSG',
    text: '哈哈 } "',
    nested: { a: [1] },
    lw,
  });
  assert.deepEqual(payload, before);
});

test('express and other messages carry their id', () => {
  const id = trustedId<MessageId>('m1');
  assert.deepEqual(decode(withLwField(encode({ cmd: 'x' }), { id, ack: true })), { cmd: 'x', lw: { id, ack: true } });
  assert.deepEqual(decode(withLwField(encode({ cmd: 'x' }), { id })), { cmd: 'x', lw: { id } });
});

test('refuses bytes that do not end an object', () => {
  assert.throws(() => withLwField(encode(['a']), { id: trustedId<MessageId>('m1') }), RangeError);
});
