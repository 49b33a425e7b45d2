import { BODY_VER } from './body-ver.ts';
import { CLOSE_CODES } from './close-codes.ts';
import type { CloseName } from './close-codes.ts';
import { encodeFrame, writeHeader } from './frame.ts';
import { encodeJsonFrame } from './json-body.ts';
import { HEADER_BYTES } from './limits.ts';
import { OPERATION } from './operation.ts';
import type { ReplyOperation } from './operation.ts';
import type { ReplyCode } from './reply-codes.ts';

const HEARTBEAT_REPLY_BYTES = HEADER_BYTES + 4;
const MAX_UINT32 = 0xffffffff;

/** Returns op 3: exactly 20 bytes, ver 1. `online` is the count of the joined room, 0 without one. */
export function encodeHeartbeatReply(reply: { seq: number; online: number }): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEARTBEAT_REPLY_BYTES);
  const view = new DataView(bytes.buffer);
  writeHeader(view, 0, {
    packLen: HEARTBEAT_REPLY_BYTES,
    ver: BODY_VER.control,
    op: OPERATION.heartbeatReply,
    seq: reply.seq,
  });
  view.setUint32(HEADER_BYTES, Math.min(reply.online, MAX_UINT32));
  return bytes;
}

/** Returns op 5, ver 0, around the UTF-8 text of one JSON object that has a string `cmd`; the body is copied. */
export function encodeMessageFrame(body: Uint8Array): Uint8Array<ArrayBuffer> {
  return encodeFrame({ op: OPERATION.message, ver: BODY_VER.json, seq: 0, body });
}

/** Returns one op 5 frame per body, one behind the other in one new buffer: a plain batch, or what is compressed. */
export function encodeMessageFrames(bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let sizeBytes = 0;
  for (const body of bodies) sizeBytes += HEADER_BYTES + body.length;
  const bytes = new Uint8Array(sizeBytes);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const body of bodies) {
    const packLen = HEADER_BYTES + body.length;
    writeHeader(view, offset, { packLen, ver: BODY_VER.json, op: OPERATION.message, seq: 0 });
    bytes.set(body, offset + HEADER_BYTES);
    offset += packLen;
  }
  return bytes;
}

/** Returns op 8. Every code but 0 is followed by a close. */
export function encodeAuthReply(reply: { seq: number; code: ReplyCode }): Uint8Array<ArrayBuffer> {
  return encodeReply(OPERATION.authReply, reply.seq, { code: reply.code });
}

export interface RoomReply {
  readonly op: typeof OPERATION.changeRoomReply | typeof OPERATION.joinReply | typeof OPERATION.leaveReply;
  readonly seq: number;
  readonly code: ReplyCode;
  /** `""` when op 12 left all rooms. */
  readonly roomId: string;
  /** Online count of the room as the node knows it, the joiner included where it already is. */
  readonly online: number;
}

/** Returns op 13, 15 or 17: `{"code","roomId","online"}`. */
export function encodeRoomReply(reply: RoomReply): Uint8Array<ArrayBuffer> {
  return encodeReply(reply.op, reply.seq, { code: reply.code, roomId: reply.roomId, online: reply.online });
}

/** Returns op 19 with the id of the send it answers. */
export function encodeSendReply(reply: { seq: number; code: ReplyCode; id: string }): Uint8Array<ArrayBuffer> {
  return encodeReply(OPERATION.sendReply, reply.seq, { code: reply.code, id: reply.id });
}

export interface ResumeReply {
  readonly seq: number;
  readonly code: ReplyCode;
  /** True when nothing between the client's position and now is missing from what follows. */
  readonly recovered: boolean;
  /** Where the room stands now. */
  readonly epoch: number;
  readonly roomSeq: number;
}

/** Returns op 23: `{"code","recovered","epoch","seq"}`. */
export function encodeResumeReply(reply: ResumeReply): Uint8Array<ArrayBuffer> {
  const { code, recovered, epoch, roomSeq } = reply;
  return encodeReply(OPERATION.resumeReply, reply.seq, { code, recovered, epoch, seq: roomSeq });
}

/** A request that was understood and refused: the connection stays open. */
export interface Refusal {
  readonly op: ReplyOperation;
  readonly seq: number;
  readonly code: ReplyCode;
  /** Names the field; carries nothing of our insides. */
  readonly reason: string;
}

/** Returns the reply frame of a refused request: `{"code","reason"}`. */
export function encodeRefusal(refusal: Refusal): Uint8Array<ArrayBuffer> {
  return encodeReply(refusal.op, refusal.seq, { code: refusal.code, reason: refusal.reason });
}

/** An access node as `/v1/connect` and op 24 name it. */
export interface NodeHint {
  readonly nodeId: string;
  readonly region: string;
  readonly ws: string;
  readonly tcp: string;
}

export interface ReconnectHint {
  readonly reason: string;
  /** Wait this long, spread by the server over its connections, then go. */
  readonly afterMs: number;
  /** Best first; empty means ask `/v1/connect`. */
  readonly nodes: readonly NodeHint[];
}

/** Returns op 24. */
export function encodeReconnectHint(hint: ReconnectHint): Uint8Array<ArrayBuffer> {
  const { reason, afterMs, nodes } = hint;
  return encodeReply(OPERATION.reconnectHint, 0, { reason, afterMs, nodes });
}

/** Returns op 25 for a row of the close table. `reason` replaces the table's sentence, as for the business's kick. */
export function encodeCloseNotice(name: CloseName, reason?: string): Uint8Array<ArrayBuffer> {
  const { code, sentence, retry } = CLOSE_CODES[name];
  return encodeReply(OPERATION.closeNotice, 0, { code, reason: reason ?? sentence, retry });
}

function encodeReply(op: number, seq: number, value: object): Uint8Array<ArrayBuffer> {
  return encodeJsonFrame({ op, ver: BODY_VER.control, seq, value });
}
