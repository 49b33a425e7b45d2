import assert from 'node:assert/strict';
import { test } from 'node:test';
import { incomingOf } from './incoming.ts';

function read(payload: Parameters<typeof incomingOf>[0]['payload'] & { readonly cmd: string }) {
  return incomingOf({ cmd: payload.cmd, payload });
}

test('reads barrage, with a colour that stays with its user when none was sent', () => {
  const barrage = { cmd: 'DANMU_MSG', userId: 'u1', name: 'Ada', text: 'hi' };
  const colored = read({ ...barrage, color: '#aabbcc' });
  assert.deepEqual(colored, { kind: 'barrage', userId: 'u1', name: 'Ada', text: 'hi', color: '#aabbcc', ref: '' });
  const [first, second] = [read(barrage), read({ ...barrage, color: 'url(x)' })];
  assert.ok(first?.kind === 'barrage' && second?.kind === 'barrage');
  assert.equal(first.color, second.color);
});

test('reads barrage that any business pushes by hand', () => {
  const found = read({ cmd: 'DANMU_MSG', text: 'from curl' });
  assert.ok(found?.kind === 'barrage');
  assert.deepEqual([found.text, found.name], ['from curl', 'someone']);
});

test('bounds what it shows', () => {
  const found = read({ cmd: 'GLOBAL_NOTICE', text: 'x'.repeat(10_000) });
  assert.ok(found?.kind === 'global-notice');
  assert.equal(found.text.length, 200);
});

test('reads gifts, as many as can be given at a time', () => {
  const gift = { cmd: 'GIFT', userId: 'u1', name: 'Ada', gift: 'rose', count: 1e9 };
  assert.deepEqual(read(gift), { kind: 'gift', userId: 'u1', name: 'Ada', gift: 'rose', count: 99, ref: '' });
  for (const change of [{ gift: 'moon' }, { count: 0 }, { count: 'many' }]) {
    assert.equal(read({ ...gift, ...change }), undefined);
  }
});

test('skips what it does not know or cannot show', () => {
  for (const payload of [
    { cmd: 'GIFT' },
    { cmd: 'SONG' },
    { cmd: 'DANMU_MSG', text: { a: 1 } },
    { cmd: 'PK_INVITE' },
  ]) {
    assert.equal(read(payload), undefined);
  }
});
