import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliDecompressSync, inflateSync } from 'node:zlib';
import { parseClientFrame } from './client-frame.ts';
import { CLOSE_CODES } from './close-codes.ts';
import type { CloseName } from './close-codes.ts';
import { CLIENT_FRAME_LIMITS, decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import type { DecodeOutcome } from './decode.ts';
import { encodeClientFrame } from './encode-client.ts';
import type { ClientRequest } from './encode-client.ts';
import {
  encodeAuthReply,
  encodeHeartbeatReply,
  encodeMessageFrame,
  encodeReconnectHint,
  encodeRefusal,
  encodeResumeReply,
  encodeRoomReply,
  encodeSendReply,
} from './encode-server.ts';
import { FrameDecoder } from './frame-decoder.ts';
import type { FrameError } from './frame-error.ts';
import { DictionaryShelf, wrapDictionary } from './dictionary.ts';
import { encodeFrame } from './frame.ts';
import type { Frame } from './frame.ts';
import { encodeJsonFrame } from './json-body.ts';
import { isClientOperation, OPERATION } from './operation.ts';
import type { ReplyOperation } from './operation.ts';
import type { ReplyCode } from './reply-codes.ts';
import { parseServerFrame } from './server-frame.ts';
import type { ServerFrame } from './server-frame.ts';
import { unpack } from './unpack.ts';

interface Header {
  packLen: number;
  headerLen: number;
  ver: number;
  op: number;
  seq: number;
}
interface Body {
  json?: unknown;
  text?: string;
  u32?: number;
  hex?: string;
}
interface FrameVector {
  name: string;
  direction: 'up' | 'down';
  hex: string;
  header: Header;
  body: Body;
  meaning?: unknown;
  canonical?: boolean;
  refusal?: { op: number; code: number };
}
interface BatchVector {
  name: string;
  /** Frames that came before on the same connection and show no message. */
  before?: string;
  hex: string;
  frames: { op: number; ver: number; seq: number; json: unknown }[];
}
interface StreamVector {
  name: string;
  chunks: string[];
  frames: string[];
}
interface MalformedVector {
  name: string;
  direction: 'up' | 'down';
  transports: ('ws' | 'tcp')[];
  hex: string;
  close: { name: CloseName; code: number };
  framesBefore: number;
}

function load<Vector>(file: string): Vector[] {
  const url = new URL(`../../../protos/vectors/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { vectors: Vector[] }).vectors;
}

const clientFrames = load<FrameVector>('client-frames.json');
const serverFrames = load<FrameVector>('server-frames.json');
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const decompressors = {
  inflate: (bytes: Uint8Array, maxBytes: number) => inflateSync(bytes, { maxOutputLength: maxBytes }),
  brotli: (bytes: Uint8Array, maxBytes: number) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes }),
};

function onlyFrame(vector: FrameVector): Frame {
  const limits = vector.direction === 'up' ? CLIENT_FRAME_LIMITS : SERVER_FRAME_LIMITS;
  const outcome = decodeFrames(fromHex(vector.hex), limits);
  assert.ok(outcome.ok && outcome.frames.length === 1);
  return outcome.frames[0] as Frame;
}

function assertBody(bytes: Uint8Array, body: Body): void {
  if (body.json !== undefined) assert.deepEqual(JSON.parse(Buffer.from(bytes).toString()), body.json);
  else if (body.u32 !== undefined) assert.equal(Buffer.from(bytes).readUInt32BE(), body.u32);
  else if (body.hex !== undefined) assert.equal(toHex(bytes), body.hex);
  else assert.equal(Buffer.from(bytes).toString(), body.text);
}

for (const vector of [...clientFrames, ...serverFrames]) {
  test(`vector ${vector.name}: header, body and bytes agree`, () => {
    const { header } = vector;
    const frame = onlyFrame(vector);
    assert.deepEqual(
      { ver: frame.ver, op: frame.op, seq: frame.seq },
      { ver: header.ver, op: header.op, seq: header.seq },
    );
    assert.deepEqual([header.packLen, header.headerLen], [vector.hex.length / 2, 16]);
    assert.equal(vector.direction === 'up', isClientOperation(frame.op));
    assertBody(frame.body, vector.body);
    assert.equal(toHex(encodeFrame(frame)), vector.hex);
  });
}

for (const vector of clientFrames) {
  test(`vector ${vector.name}: a server reads what it means`, () => {
    const outcome = parseClientFrame(onlyFrame(vector));
    if (vector.refusal === undefined) {
      assert.deepEqual(outcome, { ok: true, frame: vector.meaning });
    } else {
      assert.ok(!outcome.ok && outcome.answer === 'reply');
      assert.deepEqual({ op: outcome.refusal.op, code: outcome.refusal.code }, vector.refusal);
    }
  });
}

for (const vector of clientFrames.filter(({ canonical }) => canonical)) {
  test(`vector ${vector.name}: our client encodes these bytes`, () => {
    const given = Object.entries(vector.meaning as object).filter(
      ([field, value]) => value !== null || field === 'roomId',
    );
    const request = Object.fromEntries(given) as ClientRequest;
    const isBareAuth = vector.name === 'auth-key-only';
    const sent: ClientRequest = isBareAuth ? { kind: 'auth', seq: request.seq, token: 'TOKEN' } : request;
    assert.equal(toHex(encodeClientFrame(sent)), vector.hex);
  });
}

function encodeMeaning(vector: FrameVector): Uint8Array {
  const meaning = vector.meaning as ServerFrame;
  switch (meaning.kind) {
    case 'heartbeatReply':
      return encodeHeartbeatReply(meaning);
    case 'message':
      return encodeMessageFrame(new TextEncoder().encode(JSON.stringify(meaning.payload)));
    case 'authReply':
      return encodeAuthReply({ seq: meaning.seq, code: meaning.code as ReplyCode });
    case 'changeRoomReply':
    case 'joinReply':
    case 'leaveReply': {
      const { seq, roomId, online, reason } = meaning;
      const code = meaning.code as ReplyCode;
      if (reason !== '') return encodeRefusal({ op: vector.header.op as ReplyOperation, seq, code, reason });
      return encodeRoomReply({ op: OPERATION[meaning.kind], seq, code, roomId, online });
    }
    case 'sendReply':
      return encodeSendReply({ seq: meaning.seq, code: meaning.code as ReplyCode, id: meaning.id });
    case 'resumeReply':
      return encodeResumeReply({ ...meaning, code: meaning.code as ReplyCode });
    case 'reconnectHint':
      return encodeReconnectHint(meaning);
    case 'closeNotice': {
      const { code, reason, retry } = meaning;
      return encodeJsonFrame({ op: OPERATION.closeNotice, ver: 1, seq: 0, value: { code, reason, retry } });
    }
    case 'dictionary':
      return wrapDictionary(fromHex(vector.body.hex ?? ''));
    case 'compressed':
    case 'unknown':
      throw new Error(`no encoder for ${meaning.kind}`);
  }
}

for (const vector of serverFrames) {
  test(`vector ${vector.name}: a client reads what it means, and a server encodes these bytes`, () => {
    assert.deepEqual(parseServerFrame(onlyFrame(vector)), { ok: true, frame: vector.meaning });
    assert.equal(toHex(encodeMeaning(vector)), vector.hex);
  });
}

for (const vector of load<BatchVector>('batches.json')) {
  test(`vector ${vector.name}: the messages come out in order`, () => {
    const outer = decodeFrames(fromHex((vector.before ?? '') + vector.hex), SERVER_FRAME_LIMITS);
    assert.ok(outer.ok);
    const shelf = new DictionaryShelf();
    const frames = outer.frames.flatMap((frame) => {
      const inner = unpack(frame, decompressors, shelf);
      assert.ok(inner.ok);
      return inner.frames;
    });
    const read = frames.map(({ op, ver, seq, body }) => ({
      op,
      ver,
      seq,
      json: JSON.parse(Buffer.from(body).toString()) as unknown,
    }));
    assert.deepEqual(read, vector.frames);
  });
}

for (const vector of load<StreamVector>('streams.json')) {
  test(`vector stream ${vector.name}: the cuts do not matter`, () => {
    const decoder = new FrameDecoder(SERVER_FRAME_LIMITS);
    const frames = vector.chunks.flatMap((chunk) => {
      const outcome = decoder.feed(fromHex(chunk));
      assert.ok(outcome.ok);
      return outcome.frames;
    });
    const expected = vector.frames.map((name) => serverFrames.find((frame) => frame.name === name)?.hex);
    assert.deepEqual(
      frames.map((frame) => toHex(encodeFrame(frame))),
      expected,
    );
    assert.equal(decoder.heldBytes, 0);
  });
}

/** Reads as far as a server or a client would and returns the first fault with the frames that were good. */
function firstFault(
  vector: MalformedVector,
  outcome: DecodeOutcome,
): { error: FrameError | null; framesBefore: number } {
  let framesBefore = 0;
  for (const frame of outcome.frames) {
    const error = vector.direction === 'up' ? faultOfClient(frame) : faultOfServer(frame);
    if (error !== null) return { error, framesBefore };
    framesBefore += 1;
  }
  return { error: outcome.ok ? null : outcome.error, framesBefore };
}

function faultOfClient(frame: Frame): FrameError | null {
  const outcome = parseClientFrame(frame);
  return !outcome.ok && outcome.answer === 'close' ? outcome.error : null;
}

function faultOfServer(frame: Frame): FrameError | null {
  const unpacked = unpack(frame, decompressors);
  if (!unpacked.ok) return unpacked.error;
  const parsed = unpacked.frames.map((inner) => parseServerFrame(inner)).find((outcome) => !outcome.ok);
  return parsed === undefined || parsed.ok ? null : parsed.error;
}

for (const vector of load<MalformedVector>('malformed.json')) {
  for (const transport of vector.transports) {
    test(`vector malformed ${vector.name} over ${transport}: ${vector.close.code}`, () => {
      const limits = vector.direction === 'up' ? CLIENT_FRAME_LIMITS : SERVER_FRAME_LIMITS;
      const bytes = fromHex(vector.hex);
      const outcome = transport === 'ws' ? decodeFrames(bytes, limits) : new FrameDecoder(limits).feed(bytes);
      const { error, framesBefore } = firstFault(vector, outcome);
      assert.equal(vector.close.code, CLOSE_CODES[vector.close.name].code);
      assert.deepEqual(
        { code: error?.code, framesBefore },
        { code: vector.close.code, framesBefore: vector.framesBefore },
      );
    });
  }
}

test('the vectors hold every op, each name once, and every code a malformed frame can close with', () => {
  const frames = [...clientFrames, ...serverFrames];
  const ops = new Set(frames.map(({ header }) => header.op));
  assert.deepEqual(
    [...ops].toSorted((a, b) => a - b),
    Object.values(OPERATION),
  );
  const names = frames.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const closed = new Set(load<MalformedVector>('malformed.json').map(({ close }) => close.name));
  const expected: CloseName[] = [
    'headerLength',
    'frameLength',
    'unknownOperation',
    'badJson',
    'truncated',
    'badCompression',
  ];
  assert.deepEqual([...closed].toSorted(), expected.toSorted());
});
