import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BODY_VER,
  CLOSE_CODES,
  decodeFrames,
  encodeClientFrame,
  invitesReconnect,
  isCompressedVer,
  MAX_CLIENT_FRAME_BYTES,
  MAX_ROOMS_PER_CONNECTION,
  OPERATION,
  REPLY_CODES,
  SERVER_FRAME_LIMITS,
} from '@longwire/wire';
import type { ClientRequest } from '@longwire/wire';
import { invitesReturn, leastWaitMs, sendsElsewhere } from '../connection/backoff.ts';
import { MAX_ROOMS } from '../room/rooms.ts';
import { readFrames, writeFrame } from './frames.ts';
import * as operations from './operations.ts';

interface Vector {
  readonly name: string;
  readonly hex: string;
}

function vectorsOf(file: string): readonly Vector[] {
  const url = new URL(`../../../../protos/vectors/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { vectors: readonly Vector[] }).vectors;
}

/** The client's own reader and the reference must see the same. */
function assertSame(bytes: Uint8Array): void {
  const { ok, frames } = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  assert.deepEqual(readFrames(bytes), { ok, frames });
}

for (const file of ['server-frames', 'batches', 'malformed', 'client-frames']) {
  test(`reads the golden frames as the reference does: ${file}`, () => {
    const vectors = vectorsOf(file);
    assert.ok(vectors.length > 0);
    for (const { hex } of vectors) assertSame(Uint8Array.from(Buffer.from(hex, 'hex')));
  });
}

test('reads whatever comes as the reference does', () => {
  const header = fc
    .record({
      packLen: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constantFrom(0xffffffff, 1024 * 1024, 1024 * 1024 + 1)),
      headerLen: fc.constantFrom(16, 16, 16, 15, 0),
      rest: fc.uint8Array({ minLength: 10, maxLength: 60 }),
    })
    .map(({ packLen, headerLen, rest }) => {
      const bytes = new Uint8Array(6 + rest.length);
      new DataView(bytes.buffer).setUint32(0, packLen);
      new DataView(bytes.buffer).setUint16(4, headerLen);
      bytes.set(rest, 6);
      return bytes;
    });
  const frame = fc
    .record({ op: fc.integer({ min: 0, max: 30 }), seq: fc.nat(), text: fc.string() })
    .map(({ op, seq, text }) => writeFrame(op, seq, { text }));
  const run = fc
    .array(fc.oneof(frame, header, fc.uint8Array({ maxLength: 40 })), { maxLength: 5 })
    .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
  fc.assert(fc.property(run, assertSame), { numRuns: 2_000 });
});

test('writes what the reference writes', () => {
  const { HEARTBEAT, AUTH, JOIN, LEAVE, SEND, ACK, RESUME } = operations;
  const cases: readonly [ClientRequest, number, object | undefined][] = [
    [{ kind: 'heartbeat', seq: 1 }, HEARTBEAT, undefined],
    [{ kind: 'join', seq: 2, roomId: 'r' }, JOIN, { roomId: 'r' }],
    [{ kind: 'leave', seq: 3, roomId: 'r' }, LEAVE, { roomId: 'r' }],
    [{ kind: 'send', seq: 4, id: 'x', data: { text: '你好' } }, SEND, { id: 'x', data: { text: '你好' } }],
    [{ kind: 'ack', seq: 5, messageIds: ['m'] }, ACK, { ids: ['m'] }],
    [{ kind: 'resume', seq: 6, roomId: 'r', epoch: 3, roomSeq: 7 }, RESUME, { roomId: 'r', epoch: 3, seq: 7 }],
    [
      { kind: 'auth', seq: 7, token: 'T', protover: 3, platform: 'web', roomId: 'r' },
      AUTH,
      { roomid: 'r', protover: 3, platform: 'web', key: 'T' },
    ],
  ];
  for (const [request, op, value] of cases) {
    assert.deepEqual(writeFrame(op, request.seq, value), encodeClientFrame(request));
  }
});

test('the constants are those of libs/wire', () => {
  const camel = (name: string): string =>
    name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  const { ZLIB, WITH_DICTIONARY, MAX_SENT_BYTES, NOT_FOUND, LIMITED, UNAVAILABLE, isPassing, ...ops } = operations;
  for (const [name, op] of Object.entries(ops))
    assert.equal(op, OPERATION[camel(name) as keyof typeof OPERATION], name);
  assert.deepEqual([ZLIB, WITH_DICTIONARY], [BODY_VER.zlib, BODY_VER.dictionary]);
  for (let ver = 0; ver < 10; ver += 1) assert.equal(isCompressedVer(ver), ver >= ZLIB && ver <= WITH_DICTIONARY);
  assert.equal(MAX_SENT_BYTES, MAX_CLIENT_FRAME_BYTES);
  assert.equal(MAX_ROOMS, MAX_ROOMS_PER_CONNECTION);
  const { notFound, limited, unavailable } = REPLY_CODES;
  assert.deepEqual([NOT_FOUND, LIMITED, UNAVAILABLE], [notFound.code, limited.code, unavailable.code]);
  const passing = Object.entries(REPLY_CODES).filter(([, { code }]) => isPassing(code));
  assert.deepEqual(
    passing.map(([name]) => name),
    ['conflict', 'limited', 'unavailable', 'timeout'],
  );
});

test('close codes are understood as the table means them', () => {
  for (let code = 1000; code <= 5100; code += 1)
    assert.equal(invitesReturn(code), invitesReconnect(code), String(code));
  const namesWith = (is: (code: number) => boolean): string[] =>
    Object.entries(CLOSE_CODES).flatMap(([name, { code }]) => (is(code) ? [name] : []));
  assert.deepEqual(namesWith(sendsElsewhere), ['drain', 'shutdown', 'ejected', 'overloaded']);
  assert.deepEqual(
    namesWith((code) => leastWaitMs(code) > 0),
    ['connectRateLimited', 'overloaded'],
  );
});
