import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import {
  encodeAuthReply,
  encodeCloseNotice,
  encodeHeartbeatReply,
  encodeMessageFrame,
  encodeMessageFrames,
} from './encode-server.ts';
import { joinFrames } from './frame.ts';

const encoder = new TextEncoder();

test('a heartbeat reply is exactly 20 bytes of ver 1 with the online count as u32', () => {
  const bytes = encodeHeartbeatReply({ seq: 7, online: 3 });
  assert.equal(Buffer.from(bytes).toString('hex'), '00000014' + '0010' + '0001' + '00000003' + '00000007' + '00000003');
});

test('an online count above u32 is shown as the largest u32', () => {
  const bytes = encodeHeartbeatReply({ seq: 1, online: 2 ** 33 });
  assert.equal(new DataView(bytes.buffer).getUint32(16), 0xffffffff);
});

test('an auth reply has ver 1 and a body that says its code', () => {
  const [frame] = decodeFrames(encodeAuthReply({ seq: 5, code: 0 }), SERVER_FRAME_LIMITS).frames;
  assert.deepEqual([frame?.op, frame?.ver, frame?.seq], [8, 1, 5]);
  assert.equal(Buffer.from(frame?.body ?? []).toString(), '{"code":0}');
});

test('many messages are the same bytes as each alone, joined', () => {
  const bodies = ['{"cmd":"A"}', '{"cmd":"你"}', '{"cmd":""}'].map((text) => encoder.encode(text));
  assert.deepEqual(encodeMessageFrames(bodies), joinFrames(bodies.map(encodeMessageFrame)));
  assert.equal(encodeMessageFrames([]).length, 0);
});

test('a close notice carries its row of the table, or the reason of the business', () => {
  const read = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes.subarray(16)).toString()) as unknown;
  assert.deepEqual(read(encodeCloseNotice('slowConsumer')), {
    code: 4008,
    reason: 'The client read too slowly and its outbox stayed full.',
    retry: true,
  });
  assert.deepEqual(read(encodeCloseNotice('kicked', 'spam')), { code: 4509, reason: 'spam', retry: false });
});
