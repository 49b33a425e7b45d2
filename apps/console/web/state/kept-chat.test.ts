import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptChat, MAX_CHAT_ITEMS, MAX_UNSETTLED } from './kept-chat.ts';
import type { ChatItem, Said } from './room-state.ts';

function said(key: number, rest: Partial<Said> = {}): ChatItem {
  return { kind: 'barrage', key, userId: 'u', name: 'n', text: 't', color: '#fff', ref: '', isOwn: false, ...rest };
}
const crowd = (from: number): ChatItem[] => Array.from({ length: MAX_CHAT_ITEMS }, (_, index) => said(from + index));
const keys = (items: readonly ChatItem[]): number[] => items.map(({ key }) => key);

test('keeps the newest, and own words until they are settled', () => {
  const own = [
    said(1, { progress: 'sending' }),
    said(2, { progress: 'shown' }),
    said(3, { progress: 'refused' }),
    said(4),
  ];
  assert.deepEqual(keys(keptChat([...own, ...crowd(10)])).slice(0, 3), [1, 3, 10]);
  assert.equal(keptChat([...own, ...crowd(10)]).length, MAX_CHAT_ITEMS + 2);
});

test('of more unsettled words than it keeps the oldest go', () => {
  const own = Array.from({ length: MAX_UNSETTLED + 2 }, (_, index) => said(index, { progress: 'sending' }));
  assert.deepEqual(keys(keptChat([...own, ...crowd(100)])).slice(0, MAX_UNSETTLED), [2, 3, 4, 5, 6]);
});
