import { parseId } from '@longwire/domain';
import type { LwField, MessageId, RoomId } from '@longwire/domain';
import { isCompressedVer } from './body-ver.ts';
import type { NodeHint } from './encode-server.ts';
import { frameError } from './frame-error.ts';
import type { FrameError } from './frame-error.ts';
import type { Frame } from './frame.ts';
import { isJsonObject, readJsonObject } from './json-body.ts';
import type { JsonObject } from './json-body.ts';
import { OPERATION } from './operation.ts';

/** What the business pushed, with what the platform added taken out of it into `lw`. */
export interface ReceivedMessage {
  readonly kind: 'message';
  readonly cmd: string;
  /** The whole object as it came, `lw` included. */
  readonly payload: JsonObject;
  /** Null when the object has none or one that is not understood. */
  readonly lw: LwField | null;
}

export interface ReceivedRoomReply {
  readonly kind: 'changeRoomReply' | 'joinReply' | 'leaveReply';
  readonly seq: number;
  /** Of the reply table, or a newer one: every code but 0 is a refusal. */
  readonly code: number;
  readonly roomId: string;
  readonly online: number;
  readonly reason: string;
}

/** A frame of a server, read. Fields that a refusal leaves out are `""`, 0 or false. */
export type ServerFrame =
  | { readonly kind: 'heartbeatReply'; readonly seq: number; readonly online: number }
  | ReceivedMessage
  /** An op 5 of ver 2, 3 or 4: `unpack` gives the frames in it. Op 26: `unpack` takes it. */
  | { readonly kind: 'compressed' | 'dictionary' }
  | { readonly kind: 'authReply'; readonly seq: number; readonly code: number }
  | ReceivedRoomReply
  | {
      readonly kind: 'sendReply';
      readonly seq: number;
      readonly code: number;
      readonly id: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'resumeReply';
      readonly seq: number;
      readonly code: number;
      readonly recovered: boolean;
      readonly epoch: number;
      readonly roomSeq: number;
      readonly reason: string;
    }
  | {
      readonly kind: 'reconnectHint';
      readonly reason: string;
      readonly afterMs: number;
      readonly nodes: readonly NodeHint[];
    }
  | { readonly kind: 'closeNotice'; readonly code: number; readonly reason: string; readonly retry: boolean }
  /** An op this library does not know: skip it. */
  | { readonly kind: 'unknown'; readonly op: number };

export type ServerFrameOutcome =
  { readonly ok: true; readonly frame: ServerFrame } | { readonly ok: false; readonly error: FrameError };

/**
 * Reads the body of a down frame. Never throws; keeps no reference to the body. Error badJson: a body that is not what
 * its op promises, an op 5 object without a string `cmd` included. Unknown fields are ignored.
 */
export function parseServerFrame(frame: Frame): ServerFrameOutcome {
  const { op, seq, body } = frame;
  if (op === OPERATION.message && isCompressedVer(frame.ver)) return accept({ kind: 'compressed' });
  if (op === OPERATION.dictionary) return accept({ kind: 'dictionary' });
  if (op === OPERATION.heartbeatReply) return parseHeartbeatReply(seq, body);
  const parse = PARSERS.get(op);
  if (parse === undefined) return accept({ kind: 'unknown', op });
  const fields = readJsonObject(body);
  if (fields === undefined) return badJson('the body is not a JSON object');
  return parse(seq, fields);
}

type Parser = (seq: number, fields: JsonObject) => ServerFrameOutcome;

const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [OPERATION.message, parseMessage],
  [OPERATION.authReply, (seq, fields) => withCode(fields, (code) => ({ kind: 'authReply', seq, code }))],
  [OPERATION.changeRoomReply, (seq, fields) => parseRoomReply('changeRoomReply', seq, fields)],
  [OPERATION.joinReply, (seq, fields) => parseRoomReply('joinReply', seq, fields)],
  [OPERATION.leaveReply, (seq, fields) => parseRoomReply('leaveReply', seq, fields)],
  [OPERATION.sendReply, parseSendReply],
  [OPERATION.resumeReply, parseResumeReply],
  [OPERATION.reconnectHint, parseReconnectHint],
  [OPERATION.closeNotice, parseCloseNotice],
]);

function parseHeartbeatReply(seq: number, body: Uint8Array): ServerFrameOutcome {
  if (body.length !== 4) return badJson(`the body of op 3 has ${body.length} bytes, not 4`);
  const online = new DataView(body.buffer, body.byteOffset, body.length).getUint32(0);
  return accept({ kind: 'heartbeatReply', seq, online });
}

function parseMessage(_seq: number, payload: JsonObject): ServerFrameOutcome {
  const cmd = payload['cmd'];
  if (typeof cmd !== 'string') return badJson('cmd is not a string');
  return accept({ kind: 'message', cmd, payload, lw: parseLw(payload['lw']) });
}

function parseLw(value: unknown): LwField | null {
  if (!isJsonObject(value)) return null;
  const room = parseId<RoomId>(value['room']);
  const { seq, epoch, ack } = value;
  if (room !== undefined && typeof seq === 'number' && typeof epoch === 'number') return { room, seq, epoch };
  const id = parseId<MessageId>(value['id']);
  if (id === undefined) return null;
  return typeof ack === 'boolean' ? { id, ack } : { id };
}

function parseRoomReply(kind: ReceivedRoomReply['kind'], seq: number, fields: JsonObject): ServerFrameOutcome {
  return withCode(fields, (code) => ({
    kind,
    seq,
    code,
    roomId: textOf(fields['roomId']),
    online: numberOf(fields['online']),
    reason: textOf(fields['reason']),
  }));
}

function parseSendReply(seq: number, fields: JsonObject): ServerFrameOutcome {
  return withCode(fields, (code) => ({
    kind: 'sendReply',
    seq,
    code,
    id: textOf(fields['id']),
    reason: textOf(fields['reason']),
  }));
}

function parseResumeReply(seq: number, fields: JsonObject): ServerFrameOutcome {
  return withCode(fields, (code) => ({
    kind: 'resumeReply',
    seq,
    code,
    recovered: fields['recovered'] === true,
    epoch: numberOf(fields['epoch']),
    roomSeq: numberOf(fields['seq']),
    reason: textOf(fields['reason']),
  }));
}

function parseReconnectHint(_seq: number, fields: JsonObject): ServerFrameOutcome {
  const nodes: NodeHint[] = [];
  for (const value of Array.isArray(fields['nodes']) ? (fields['nodes'] as readonly unknown[]) : []) {
    if (!isJsonObject(value)) continue;
    nodes.push({
      nodeId: textOf(value['nodeId']),
      region: textOf(value['region']),
      ws: textOf(value['ws']),
      tcp: textOf(value['tcp']),
    });
  }
  const afterMs = Math.max(0, numberOf(fields['afterMs']));
  return accept({ kind: 'reconnectHint', reason: textOf(fields['reason']), afterMs, nodes });
}

function parseCloseNotice(_seq: number, fields: JsonObject): ServerFrameOutcome {
  return withCode(fields, (code) => ({
    kind: 'closeNotice',
    code,
    reason: textOf(fields['reason']),
    retry: fields['retry'] === true,
  }));
}

function withCode(fields: JsonObject, build: (code: number) => ServerFrame): ServerFrameOutcome {
  const code = fields['code'];
  return typeof code === 'number' ? accept(build(code)) : badJson('code is not a number');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function accept(frame: ServerFrame): ServerFrameOutcome {
  return { ok: true, frame };
}

function badJson(detail: string): ServerFrameOutcome {
  return { ok: false, error: frameError('badJson', detail) };
}
