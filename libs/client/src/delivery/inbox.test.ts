import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../message.ts';
import { Inbox, MAX_UNTAKEN_BYTES, MAX_UNTAKEN_MESSAGES } from './inbox.ts';
import { Mailbox } from './mailbox.ts';
import type { Handler } from './mailbox.ts';

interface Rig {
  readonly acked: string[];
  readonly shed: boolean[];
  readonly take: (id: string | null, rest?: { wantsAck?: boolean; sizeBytes?: number }) => void;
}

function rig(handler: Handler): Rig {
  const acked: string[] = [];
  const shed: boolean[] = [];
  const mailbox = new Mailbox(() => undefined);
  mailbox.add({ cmds: ['X'], roomId: undefined, handler });
  const inbox = new Inbox({ mailbox, ack: (id) => void acked.push(id), onShed: (isLost) => void shed.push(isLost) });
  const take: Rig['take'] = (id, { wantsAck = true, sizeBytes = 1 } = {}) => {
    const message: Message = { cmd: 'X', payload: {}, lane: 'express', roomId: null, id, place: null };
    inbox.take(message, { wantsAck, sizeBytes });
  };
  return { acked, shed, take };
}

const never: Handler = () => new Promise(() => undefined);

test('of more than 500 that nobody has taken the rest is not acked, so that it comes again', () => {
  const { acked, shed, take } = rig(never);
  for (let n = 1; n <= MAX_UNTAKEN_MESSAGES + 3; n += 1) take(`m-${n}`);
  assert.deepEqual([acked, shed], [[], [false, false, false]]);
});

test('more than 4 MiB that nobody has taken is refused; what wants no ack is lost then', () => {
  const { shed, take } = rig(never);
  take('a', { sizeBytes: MAX_UNTAKEN_BYTES });
  take('b');
  take(null, { wantsAck: false });
  assert.deepEqual(shed, [false, true]);
});

test('ids of failed messages whose copy never came do not fill it for good', () => {
  let isFailing = true;
  const { acked, shed, take } = rig(() => {
    if (isFailing) throw new Error('no');
  });
  for (let n = 1; n <= MAX_UNTAKEN_MESSAGES; n += 1) take(`m-${n}`);
  isFailing = false;
  take('new');
  assert.deepEqual([acked, shed], [['new'], []]);
});

test('remembers a thousand ids', () => {
  let count = 0;
  const { take } = rig(() => void (count += 1));
  for (let n = 0; n <= 1_000; n += 1) take(`m-${n}`);
  take('m-1');
  assert.equal(count, 1_001);
  take('m-0');
  assert.equal(count, 1_002);
});

test('messages without an id are handed on each time', () => {
  let count = 0;
  const { take } = rig(() => void (count += 1));
  take(null, { wantsAck: false });
  take(null, { wantsAck: false });
  assert.equal(count, 2);
});
