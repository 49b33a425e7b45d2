import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { ExpressAck, Message, MessageReport } from '@longwire/domain';
import { decodeAcks, decodeMessage, decodeReport, encodeAcks, encodeMessage, encodeReport } from './log-codec.ts';
import { reportSubjectOf } from './log-streams.ts';

const message: Message = {
  messageId: trustedId('m1'),
  target: { kind: 'device', deviceIds: [trustedId('d:1'), trustedId('d.2')] },
  payload: Buffer.from('{"cmd":"PK_INVITE","text":"主播"}'),
  lane: 'express',
  isAckWanted: true,
  ttlMs: 604_800_000,
  acceptedAtMs: 1_700_000_000_123,
};
const acks: readonly ExpressAck[] = [
  { messageId: trustedId('m1'), userId: null, deviceId: trustedId('d:1') },
  { messageId: trustedId('m2'), userId: trustedId('42'), deviceId: trustedId('d.2') },
];

test('reads a message back as it was, with the acks carried with it', () => {
  assert.deepEqual(decodeMessage(encodeMessage(message)), { message, acks: [] });
  assert.deepEqual(decodeMessage(encodeMessage(message, acks)), { message, acks });
});

test('reads acks and reports back', () => {
  assert.deepEqual(decodeAcks(encodeAcks(acks)), acks);
  const reports: readonly Omit<MessageReport, 'messageId'>[] = [
    { status: 'expired', targets: 3, acked: 1, attempts: 9 },
    { status: 'delivered', targets: 3, acked: 3, attempts: 3 },
    { status: 'pending', targets: 3, acked: 2, attempts: 3 },
  ];
  for (const report of reports) {
    const whole = { messageId: message.messageId, ...report };
    assert.deepEqual(decodeReport(message.messageId, encodeReport(whole)), whole);
  }
});

test('takes no target that nobody could ack, and nothing that is no message', () => {
  assert.throws(() => encodeMessage({ ...message, target: { kind: 'all' } }), RangeError);
  assert.equal(decodeMessage(new Uint8Array()), undefined);
});

test('keeps the reports of different ids on different subjects, each one token', () => {
  assert.equal(reportSubjectOf('a.b:c'), 'lw.x.report.a~b:c');
});
