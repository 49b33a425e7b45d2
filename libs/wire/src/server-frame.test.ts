import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from './frame.ts';
import { OPERATION } from './operation.ts';
import { parseServerFrame } from './server-frame.ts';

const encoder = new TextEncoder();
const read = (op: number, value: unknown, ver = 1) =>
  parseServerFrame({ op, ver, seq: 4, body: encoder.encode(JSON.stringify(value)) });

test('no body of any op makes the parser throw, and every error is badJson', () => {
  const op = fc.oneof(fc.constantFrom(...Object.values(OPERATION)), fc.integer({ min: 0, max: 0xffffffff }));
  const field = fc.constantFrom('code', 'cmd', 'lw', 'roomId', 'online', 'nodes', 'afterMs', 'reason', 'retry', 'id');
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.dictionary(field, fc.jsonValue({ maxDepth: 2 })).map((value) => encoder.encode(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(op, fc.integer({ min: 0, max: 4 }), body, (anyOp, ver, bytes) => {
      const outcome = parseServerFrame({ op: anyOp, ver, seq: 4, body: bytes });
      if (!outcome.ok) assert.equal(outcome.error.name, 'badJson');
    }),
    { numRuns: 3000 },
  );
});

test('an op that is not known is reported, not refused', () => {
  for (const op of [0, 9, 27, 1000, OPERATION.auth]) {
    assert.deepEqual(read(op, null), { ok: true, frame: { kind: 'unknown', op } });
  }
});

test('a compressed message, and a dictionary, is left to unpack', () => {
  const dictionary: Frame = { op: 26, ver: 3, seq: 0, body: Uint8Array.of(1, 2) };
  assert.deepEqual(parseServerFrame(dictionary), { ok: true, frame: { kind: 'dictionary' } });
  const frame: Frame = { op: 5, ver: 3, seq: 0, body: Uint8Array.of(1, 2) };
  assert.deepEqual(parseServerFrame(frame), { ok: true, frame: { kind: 'compressed' } });
});

test('the field lw is read in its three shapes, and is null when it is none of them', () => {
  const lwOf = (lw: unknown) => {
    const outcome = read(OPERATION.message, { cmd: 'X', lw }, 0);
    assert.ok(outcome.ok && outcome.frame.kind === 'message');
    return outcome.frame.lw;
  };
  assert.deepEqual(lwOf({ id: 'm-1', ack: true }), { id: 'm-1', ack: true });
  assert.deepEqual(lwOf({ room: '1', seq: 2, epoch: 3 }), { room: '1', seq: 2, epoch: 3 });
  assert.deepEqual(lwOf({ id: 'm-1' }), { id: 'm-1' });
  for (const lw of [undefined, null, 7, [], {}, { room: '1' }, { id: 'a b' }]) assert.equal(lwOf(lw), null);
});

test('a close notice without a clear retry does not invite', () => {
  const outcome = read(OPERATION.closeNotice, { code: 4010, reason: 7, retry: 'yes' });
  assert.deepEqual(outcome, { ok: true, frame: { kind: 'closeNotice', code: 4010, reason: '', retry: false } });
});

test('a hint keeps the nodes it can read and never waits a negative time', () => {
  const node = { nodeId: 'access-2', region: 'r', ws: 'ws://x/sub', tcp: 'x:1' };
  const outcome = read(OPERATION.reconnectHint, { reason: 'drain', afterMs: -5, nodes: [node, 7, null] });
  assert.ok(outcome.ok);
  assert.deepEqual(outcome.frame, { kind: 'reconnectHint', reason: 'drain', afterMs: 0, nodes: [node] });
});
