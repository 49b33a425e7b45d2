import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LwField, MessageId, RoomId } from '@longwire/domain';
import type { ReceivedMessage } from '@longwire/wire';
import { Inbox } from './inbox.ts';

function message(lw: LwField | null): ReceivedMessage {
  return { kind: 'message', cmd: 'X', payload: { cmd: 'X' }, lw };
}

const express = (id: string) => message({ id: id as MessageId, ack: true });
const room = (seq: number, epoch = 1) => message({ room: '1000' as RoomId, seq, epoch });

test('shows an express message once and acknowledges every copy of it', () => {
  const inbox = new Inbox();
  assert.deepEqual(inbox.judge(express('m1')), { isNew: true, ackId: 'm1', missed: 0 });
  assert.deepEqual(inbox.judge(express('m1')), { isNew: false, ackId: 'm1', missed: 0 });
});

test('does not acknowledge a message that wants no ack', () => {
  const inbox = new Inbox();
  assert.equal(inbox.judge(message({ id: 'm1' as MessageId })).ackId, null);
  assert.equal(inbox.judge(message({ id: 'm2' as MessageId, ack: false })).ackId, null);
  assert.equal(inbox.judge(message(null)).isNew, true);
});

test('drops room messages that were shown, also of an older epoch, and counts those that are missing', () => {
  const inbox = new Inbox();
  const verdicts = [room(1), room(2), room(2), room(5), room(1, 2), room(6, 1)].map((each) => inbox.judge(each));
  assert.deepEqual(
    verdicts.map(({ isNew }) => isNew),
    [true, true, false, true, true, false],
  );
  assert.deepEqual(
    verdicts.map(({ missed }) => missed),
    [0, 0, 0, 2, 0, 0],
  );
});

test('forgets the oldest of more than a thousand ids', () => {
  const inbox = new Inbox();
  for (let number = 0; number <= 1_000; number += 1) inbox.judge(express(`m${number}`));
  assert.equal(inbox.judge(express('m1000')).isNew, false);
  assert.equal(inbox.judge(express('m0')).isNew, true);
});
