import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId, withLwField } from '@longwire/domain';
import type { RoomId } from '@longwire/domain';
import { canTakeField, RoomField } from './room-field.ts';

test('writes what domain makes of the same message, at any length of seq', () => {
  const payload = new TextEncoder().encode('{"cmd":"DANMU_MSG","text":"é 好"}');
  for (const id of ['1', 'a-Room_9.x:y', 'r'.repeat(64)]) {
    const room = trustedId<RoomId>(id);
    for (const epoch of [1, 1_700_000_000_123]) {
      const field = new RoomField(room, epoch);
      for (const seq of [1, 9, 10, 99, 100, 12_345, 999_999_999, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
        const expected = withLwField(payload, { room, seq, epoch });
        const target = new Uint8Array(3 + expected.length);
        assert.equal(field.sizeOf(payload, seq), expected.length);
        field.write(target, 3, { payload, seq });
        assert.deepEqual(target.subarray(3), expected);
      }
    }
  }
});

test('what does not end as an object does can take no field', () => {
  const text = (of: string): Uint8Array => new TextEncoder().encode(of);
  assert.equal(canTakeField(text('{"cmd":"A"}')), true);
  for (const other of ['', '[]', '{"cmd":"A"} ', 'x']) assert.equal(canTakeField(text(other)), false);
});
