import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedId } from '@longwire/domain';
import type { MessageId } from '@longwire/domain';
import { CopyFilter, MAX_COPIES_KEPT, MAX_RECENT_IDS, RecentMessages } from './dedup.ts';

const id = (text: string): MessageId => trustedId<MessageId>(text);
const rules = { windowMs: 700 };
const at = (nowMs: number, more: { isAckWanted?: boolean; isLagging?: boolean } = {}) => ({
  isAckWanted: true,
  isLagging: false,
  nowMs,
  ...more,
});

test('a copy within the window is dropped, a retry after it is written, and the window begins anew', () => {
  const filter = new CopyFilter();
  const verdicts = [0, 5, 699, 700, 1399, 1400].map((nowMs) => filter.judge(id('m1'), at(nowMs), rules));
  assert.deepEqual(verdicts, ['write', 'copy', 'copy', 'write', 'copy', 'write']);
  assert.equal(filter.judge(id('m2'), at(1400), rules), 'write');
});

test('a copy of an acked message is told, also of one acked before it came here', () => {
  const filter = new CopyFilter();
  filter.judge(id('m1'), at(0), rules);
  filter.noteAck(id('m1'), 10);
  filter.noteAck(id('m2'), 10);
  assert.deepEqual(
    ['m1', 'm2'].map((text) => filter.judge(id(text), at(5000), rules)),
    ['acked', 'acked'],
  );
});

test('what wants no ack is written once; while the line lags nothing is written twice', () => {
  const filter = new CopyFilter();
  assert.equal(filter.judge(id('m1'), at(0, { isAckWanted: false }), rules), 'write');
  assert.equal(filter.judge(id('m1'), at(30_000, { isAckWanted: false }), rules), 'copy');
  assert.equal(filter.judge(id('m2'), at(0), rules), 'write');
  assert.equal(filter.judge(id('m2'), at(30_000, { isLagging: true }), rules), 'copy');
  assert.equal(filter.judge(id('m2'), at(30_000), rules), 'write');
});

test('a connection remembers 256 messages, the newest, and each for a minute', () => {
  const filter = new CopyFilter();
  for (let index = 0; index <= MAX_COPIES_KEPT; index += 1) filter.judge(id(`m${index}`), at(0), rules);
  assert.equal(filter.size, MAX_COPIES_KEPT);
  assert.equal(filter.judge(id('m1'), at(1), rules), 'copy');
  assert.equal(filter.judge(id('m0'), at(1), rules), 'write');
  filter.judge(id('later'), at(60_001), rules);
  assert.ok(filter.size <= 2, `${filter.size} kept`);
});

test('a node knows at least the last 10,000 ids, holds at most 20,000, and forgets them in time', () => {
  const recent = new RecentMessages();
  const count = 3 * MAX_RECENT_IDS;
  for (let index = 0; index < count; index += 1) {
    assert.equal(recent.isNew(`m${index}`, 0), true);
    assert.ok(recent.size <= MAX_RECENT_IDS);
  }
  for (let index = count - MAX_RECENT_IDS / 2; index < count; index += 1)
    assert.equal(recent.isNew(`m${index}`, 0), false);
  assert.equal(recent.isNew('m0', 0), true);
  recent.isNew('a', 60_000);
  recent.isNew('b', 120_000);
  recent.isNew('c', 180_000);
  assert.equal(recent.isNew('a', 180_000), true);
});
