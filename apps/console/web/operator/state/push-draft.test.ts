import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, draftFault, draftFor, NEW_DRAFT, TARGET_KINDS } from './push-draft.ts';
import type { PushDraft } from './push-draft.ts';

const draft = (change: Partial<PushDraft>): PushDraft => ({
  ...NEW_DRAFT,
  ids: '1000',
  payload: '{"cmd":"X"}',
  ...change,
});

test('each target has the defaults of the API', () => {
  const defaults = TARGET_KINDS.map((kind) => draftFor(NEW_DRAFT, kind)).map(({ kind, lane, isAcked }) => [
    kind,
    lane,
    isAcked,
  ]);
  assert.deepEqual(defaults, [
    ['user', 'express', true],
    ['device', 'express', true],
    ['room', 'bulk', false],
    ['zone', 'bulk', false],
    ['all', 'bulk', false],
  ]);
});

test('builds the body of each target', () => {
  const targetOf = (change: Partial<PushDraft>): unknown =>
    (JSON.parse(bodyOf(draft(change), '')) as { target: unknown }).target;
  assert.deepEqual(targetOf({ kind: 'user', ids: 'a, b\nc' }), { kind: 'user', userIds: ['a', 'b', 'c'] });
  assert.deepEqual(targetOf({ kind: 'device', ids: 'd1' }), { kind: 'device', deviceIds: ['d1'] });
  assert.deepEqual(targetOf({ kind: 'room' }), { kind: 'room', roomId: '1000' });
  assert.deepEqual(targetOf({ kind: 'zone', ids: 'music' }), { kind: 'zone', zoneId: 'music' });
  assert.deepEqual(targetOf({ kind: 'all' }), { kind: 'all' });
});

test('ttl goes along with ack alone, the key when there is one, and long numbers stay what they are', () => {
  const body = bodyOf(
    draft({ kind: 'user', isAcked: true, ttlSeconds: '1.5', payload: '{"cmd":"X","n":9007199254740993}' }),
    'k',
  );
  assert.match(body, /"n":9007199254740993/);
  const { ttlMs, idempotencyKey } = JSON.parse(body) as Record<string, unknown>;
  assert.deepEqual([ttlMs, idempotencyKey], [1_500, 'k']);
  const plain = JSON.parse(bodyOf(draft({}), '')) as Record<string, unknown>;
  assert.deepEqual(Object.keys(plain), ['target', 'payload', 'lane', 'ack']);
});

for (const [what, change, fault] of [
  ['no id', { ids: ' , ' }, { field: 'ids', kind: 'missing' }],
  ['two rooms', { ids: '1 2' }, { field: 'ids', kind: 'one-only' }],
  ['an id with a strange letter', { ids: 'a/b' }, { field: 'ids', kind: 'bad', id: 'a/b' }],
  [
    '1,001 users',
    { kind: 'user', ids: Array.from({ length: 1_001 }, (_, id) => id).join(' ') },
    { field: 'ids', kind: 'too-many' },
  ],
  ['a ttl of 0', { kind: 'user', isAcked: true, ttlSeconds: '0' }, { field: 'ttlSeconds', kind: 'bad' }],
  ['a ttl of 8 days', { kind: 'user', isAcked: true, ttlSeconds: '691200' }, { field: 'ttlSeconds', kind: 'bad' }],
  ['a long idempotency key', { idempotencyKey: 'x'.repeat(201) }, { field: 'idempotencyKey', kind: 'bad' }],
  ['no cmd', { payload: '{}' }, { field: 'payload', kind: 'payload', fault: { kind: 'no-cmd' } }],
] as const) {
  test(`finds ${what}`, () => assert.deepEqual(draftFault(draft(change)), fault));
}

test('a push to all needs no id, a thousand users are fine, and so is a ttl that is not used', () => {
  assert.equal(draftFault(draft({ kind: 'all', ids: '' })), undefined);
  assert.equal(
    draftFault(draft({ kind: 'user', ids: Array.from({ length: 1_000 }, (_, id) => id).join(' ') })),
    undefined,
  );
  assert.equal(draftFault(draft({ isAcked: false, ttlSeconds: 'x' })), undefined);
});
