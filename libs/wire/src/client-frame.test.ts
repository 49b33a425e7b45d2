import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseClientFrame } from './client-frame.ts';
import type { ClientFrameOutcome } from './client-frame.ts';
import { CLIENT_FRAME_LIMITS, decodeFrames } from './decode.ts';
import { encodeClientFrame } from './encode-client.ts';
import type { ClientRequest } from './encode-client.ts';
import type { Frame } from './frame.ts';
import { OPERATION } from './operation.ts';

const encoder = new TextEncoder();
const bodyFrame = (op: number, text: string): Frame => ({ op, ver: 1, seq: 9, body: encoder.encode(text) });
const read = (op: number, text: string) => parseClientFrame(bodyFrame(op, text));
const readAuth = (fields: object) => read(OPERATION.auth, JSON.stringify(fields));

function closeCodeOf(outcome: ClientFrameOutcome): number | undefined {
  return !outcome.ok && outcome.answer === 'close' ? outcome.error.code : undefined;
}

const seq = fc.integer({ min: 0, max: 0xffffffff });
const id = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/).filter((text) => text.trim() === text);
const count = fc.maxSafeNat();
const data = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4, noNullPrototype: true });
const request: fc.Arbitrary<ClientRequest> = fc.oneof(
  fc.record({ kind: fc.constant('heartbeat' as const), seq }),
  fc.record({
    kind: fc.constant('auth' as const),
    seq,
    token: fc.string({ minLength: 1 }),
    userId: id.filter((text) => text !== '0'),
    roomId: id,
    protover: fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const, 4 as const),
    platform: fc.string({ minLength: 1 }),
  }),
  fc.record({ kind: fc.constant('changeRoom' as const), seq, roomId: fc.option(id) }),
  fc.record({ kind: fc.constantFrom('join' as const, 'leave' as const), seq, roomId: id }),
  fc.record({ kind: fc.constant('send' as const), seq, id, data }),
  fc.record({ kind: fc.constant('ack' as const), seq, messageIds: fc.array(id, { maxLength: 20 }) }),
  fc.record({ kind: fc.constant('resume' as const), seq, roomId: id, epoch: count, roomSeq: count }),
);

test('what a client encodes is what a server reads', () => {
  fc.assert(
    fc.property(request, (sent) => {
      const { frames } = decodeFrames(encodeClientFrame(sent), { ...CLIENT_FRAME_LIMITS, maxFrameBytes: 1 << 20 });
      const outcome = parseClientFrame(frames[0] as Frame);
      assert.ok(outcome.ok);
      // Through JSON as the data went: -0 and the like are not what this is about.
      const expected: unknown = JSON.parse(JSON.stringify(sent.kind === 'auth' ? { ...sent, buvid: null } : sent));
      assert.deepEqual(JSON.parse(JSON.stringify(outcome.frame)), expected);
    }),
    { numRuns: 500 },
  );
});

test('no body of any op makes the parser throw, and every refusal is a documented one', () => {
  const op = fc.oneof(fc.constantFrom(...Object.values(OPERATION)), fc.integer({ min: 0, max: 0xffffffff }));
  const field = fc.constantFrom(
    'key',
    'uid',
    'roomid',
    'protover',
    'platform',
    'buvid',
    'roomId',
    'id',
    'data',
    'ids',
    'epoch',
    'seq',
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.json({ maxDepth: 2 }).map((text) => encoder.encode(text)),
    fc.dictionary(field, fc.jsonValue({ maxDepth: 1 })).map((value) => encoder.encode(JSON.stringify(value))),
  );
  fc.assert(
    fc.property(op, body, (anyOp, bytes) => {
      const outcome = parseClientFrame({ op: anyOp, ver: 1, seq: 9, body: bytes });
      if (outcome.ok) {
        assert.equal(outcome.frame.seq, 9);
      } else if (outcome.answer === 'close') {
        assert.ok(outcome.error.code === 4502 || outcome.error.code === 4503);
      } else {
        assert.deepEqual([outcome.refusal.seq, outcome.refusal.code], [9, -400]);
      }
    }),
    { numRuns: 3000 },
  );
});

test('auth: uid 0, empty or absent claims no user; a number is its decimal text', () => {
  const userOf = (uid: unknown) => {
    const outcome = readAuth({ key: 'k', uid });
    return outcome.ok && outcome.frame.kind === 'auth' ? outcome.frame.userId : closeCodeOf(outcome);
  };
  for (const uid of [0, '0', '', null, undefined]) assert.equal(userOf(uid), null);
  assert.equal(userOf(42), '42');
  assert.equal(userOf('u:42'), 'u:42');
  for (const uid of [-1, 1.5, 2 ** 53, 'a b', 'x'.repeat(65), {}, [], true]) assert.equal(userOf(uid), 4503);
});

test('auth: the number 0 is no room, the text "0" is the room of that id', () => {
  const roomOf = (roomid: unknown) => {
    const outcome = readAuth({ key: 'k', roomid });
    return outcome.ok && outcome.frame.kind === 'auth' ? outcome.frame.roomId : closeCodeOf(outcome);
  };
  for (const roomid of [0, '', null, undefined]) assert.equal(roomOf(roomid), null);
  assert.equal(roomOf('0'), '0');
  assert.equal(roomOf(1000), '1000');
  assert.equal(roomOf('a/b'), 4503);
});

test('auth: unknown fields are ignored, and a field of JSON that looks like a prototype is only a field', () => {
  const outcome = read(OPERATION.auth, '{"key":"k","type":2,"__proto__":{"uid":"7"},"constructor":1}');
  assert.ok(outcome.ok && outcome.frame.kind === 'auth');
  assert.equal(outcome.frame.userId, null);
});

test('change room: bare text, JSON text, number and object all name the room; empty leaves all', () => {
  const roomOf = (text: string) => {
    const outcome = read(OPERATION.changeRoom, text);
    return outcome.ok && outcome.frame.kind === 'changeRoom' ? outcome.frame.roomId : closeCodeOf(outcome);
  };
  for (const text of ['1000', ' 1000\n', '"1000"', '{"roomId":"1000"}', '{"roomId":1000}'])
    assert.equal(roomOf(text), '1000');
  for (const text of ['', ' ', '""', '{"roomId":""}', '{"roomId":null}']) assert.equal(roomOf(text), null);
  for (const text of ['{', '{}', '[1000]', '"1000', '{"roomId":[1]}']) assert.equal(roomOf(text), 4503, text);
});

test('an id of the right type but the wrong letters is refused with the reply op and the seq of the request', () => {
  const cases = [
    [OPERATION.changeRoom, 'a b', 13],
    [OPERATION.join, '{"roomId":"a b"}', 15],
    [OPERATION.leave, '{"roomId":""}', 17],
    [OPERATION.send, '{"id":"a b","data":{}}', 19],
    [OPERATION.resume, '{"roomId":"a b","epoch":1,"seq":1}', 23],
  ] as const;
  for (const [op, text, replyOp] of cases) {
    const outcome = read(op, text);
    assert.ok(!outcome.ok && outcome.answer === 'reply', `op ${op}`);
    assert.deepEqual([outcome.refusal.op, outcome.refusal.seq, outcome.refusal.code], [replyOp, 9, -400]);
  }
});

test('ack: a text that can be the id of no message is passed over', () => {
  const outcome = read(OPERATION.ack, '{"ids":["m-1","a b",7,""]}');
  assert.ok(outcome.ok && outcome.frame.kind === 'ack');
  assert.deepEqual(outcome.frame.messageIds, ['m-1', '7']);
});
