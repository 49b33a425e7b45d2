import { parseId, parseUserId } from '@longwire/domain';
import type { MessageId, RoomId, UserId } from '@longwire/domain';
import { parseProtover } from './body-ver.ts';
import type { Protover } from './body-ver.ts';
import type { Refusal } from './encode-server.ts';
import { frameError } from './frame-error.ts';
import type { FrameError } from './frame-error.ts';
import type { Frame } from './frame.ts';
import { isJsonObject, readJson, readJsonObject, readText } from './json-body.ts';
import type { JsonObject } from './json-body.ts';
import { OPERATION } from './operation.ts';
import type { ReplyOperation } from './operation.ts';
import { REPLY_CODES } from './reply-codes.ts';

/** Op 7. What the client says of itself; the token decides. */
export interface AuthRequest {
  readonly kind: 'auth';
  readonly seq: number;
  /** `""` when the client sent none. */
  readonly token: string;
  /** The user the client claims to be; null for `0`, `""` or none. */
  readonly userId: UserId | null;
  /** The room to join at once; null for the number `0`, `""` or none. */
  readonly roomId: RoomId | null;
  readonly protover: Protover;
  readonly platform: string | null;
  /** As the client wrote it, not checked to be an id: the token's device wins anyway. */
  readonly buvid: string | null;
}

/** A frame of a client, read and checked. Ids are valid; `seq` is the one a reply must repeat. */
export type ClientFrame =
  | { readonly kind: 'heartbeat'; readonly seq: number }
  | AuthRequest
  /** Null leaves all rooms. */
  | { readonly kind: 'changeRoom'; readonly seq: number; readonly roomId: RoomId | null }
  | { readonly kind: 'join' | 'leave'; readonly seq: number; readonly roomId: RoomId }
  /** `id` is the client's own, to be repeated in the reply. */
  | { readonly kind: 'send'; readonly seq: number; readonly id: string; readonly data: JsonObject }
  | { readonly kind: 'ack'; readonly seq: number; readonly messageIds: readonly MessageId[] }
  | {
      readonly kind: 'resume';
      readonly seq: number;
      readonly roomId: RoomId;
      readonly epoch: number;
      readonly roomSeq: number;
    };

/** Either the frame, or how to answer: close the connection with the error's code, or refuse with a reply and go on. */
export type ClientFrameOutcome =
  | { readonly ok: true; readonly frame: ClientFrame }
  | { readonly ok: false; readonly answer: 'close'; readonly error: FrameError }
  | { readonly ok: false; readonly answer: 'reply'; readonly refusal: Refusal };

/**
 * Reads the body of an up frame. Never throws; keeps no reference to the body. `ver` is ignored. A body that is not
 * the JSON its op asks for (a wrong type and a missing field included) closes with badJson; a room or send id of the
 * right type that is no id is refused with -400; an op that is not a client's closes with unknownOperation.
 */
export function parseClientFrame(frame: Frame): ClientFrameOutcome {
  const { op, seq, body } = frame;
  if (op === OPERATION.heartbeat) return accept({ kind: 'heartbeat', seq });
  if (op === OPERATION.changeRoom) return parseChangeRoom(seq, body);
  const parse = PARSERS.get(op);
  if (parse === undefined) {
    return { ok: false, answer: 'close', error: frameError('unknownOperation', `op is ${op}`) };
  }
  const fields = readJsonObject(body);
  return fields === undefined ? badJson('the body is not a JSON object') : parse(seq, fields);
}

type Parser = (seq: number, fields: JsonObject) => ClientFrameOutcome;

const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [OPERATION.auth, parseAuth],
  [OPERATION.join, (seq, fields) => parseRoomRequest('join', seq, fields)],
  [OPERATION.leave, (seq, fields) => parseRoomRequest('leave', seq, fields)],
  [OPERATION.send, parseSend],
  [OPERATION.ack, parseAck],
  [OPERATION.resume, parseResume],
]);

function parseAuth(seq: number, fields: JsonObject): ClientFrameOutcome {
  const token = readOptionalString(fields['key']);
  if (token === undefined) return badJson('key is not a string');
  const userId = parseUserId(fields['uid']);
  if (userId === undefined) return badJson('uid is not an id');
  const roomId = parseOptionalRoom(fields['roomid']);
  if (roomId === undefined) return badJson('roomid is not an id');
  const protover = parseProtover(fields['protover']);
  if (protover === undefined) return badJson('protover is not 0 to 4');
  const platform = readOptionalString(fields['platform']);
  if (platform === undefined) return badJson('platform is not a string');
  const buvid = readOptionalString(fields['buvid']);
  if (buvid === undefined) return badJson('buvid is not a string');
  return accept({ kind: 'auth', seq, token: token ?? '', userId, roomId, protover, platform, buvid });
}

/** Clients of other systems send the number 0 for "no room"; the text "0" is an id like any other. */
function parseOptionalRoom(value: unknown): RoomId | null | undefined {
  if (value === undefined || value === null || value === '' || value === 0) return null;
  return parseId<RoomId>(value);
}

/** The body is the bare id, or JSON: a string, or an object with `roomId`. A number reads the same both ways. */
function parseChangeRoom(seq: number, body: Uint8Array): ClientFrameOutcome {
  const text = readText(body)?.trim();
  if (text === undefined) return badJson('the body is not UTF-8');
  let value: unknown = text;
  if (text.startsWith('{') || text.startsWith('[') || text.startsWith('"')) {
    value = readJson(text);
    if (isJsonObject(value)) value = value['roomId'];
  }
  if (value === '' || value === null) return accept({ kind: 'changeRoom', seq, roomId: null });
  if (!isIdType(value)) return badJson('the body names no room');
  const roomId = parseId<RoomId>(value);
  if (roomId === undefined) return refuse(OPERATION.changeRoomReply, seq, 'roomId is not an id');
  return accept({ kind: 'changeRoom', seq, roomId });
}

function parseRoomRequest(kind: 'join' | 'leave', seq: number, fields: JsonObject): ClientFrameOutcome {
  if (!isIdType(fields['roomId'])) return badJson('roomId is not a string or number');
  const roomId = parseId<RoomId>(fields['roomId']);
  if (roomId !== undefined) return accept({ kind, seq, roomId });
  return refuse(kind === 'join' ? OPERATION.joinReply : OPERATION.leaveReply, seq, 'roomId is not an id');
}

function parseSend(seq: number, fields: JsonObject): ClientFrameOutcome {
  if (!isIdType(fields['id'])) return badJson('id is not a string or number');
  if (!isJsonObject(fields['data'])) return badJson('data is not an object');
  const id = parseId(fields['id']);
  if (id === undefined) return refuse(OPERATION.sendReply, seq, 'id is not an id');
  return accept({ kind: 'send', seq, id, data: fields['data'] });
}

/** A text that is no id is the id of no message, so it is passed over like an id that is not known. */
function parseAck(seq: number, fields: JsonObject): ClientFrameOutcome {
  if (!Array.isArray(fields['ids'])) return badJson('ids is not an array');
  const messageIds: MessageId[] = [];
  for (const value of fields['ids'] as readonly unknown[]) {
    if (!isIdType(value)) return badJson('ids holds something that is not a string or number');
    const messageId = parseId<MessageId>(value);
    if (messageId !== undefined) messageIds.push(messageId);
  }
  return accept({ kind: 'ack', seq, messageIds });
}

function parseResume(seq: number, fields: JsonObject): ClientFrameOutcome {
  const epoch = fields['epoch'];
  const roomSeq = fields['seq'];
  if (!isIdType(fields['roomId'])) return badJson('roomId is not a string or number');
  if (!isCount(epoch)) return badJson('epoch is not a whole number from 0');
  if (!isCount(roomSeq)) return badJson('seq is not a whole number from 0');
  const roomId = parseId<RoomId>(fields['roomId']);
  if (roomId === undefined) return refuse(OPERATION.resumeReply, seq, 'roomId is not an id');
  return accept({ kind: 'resume', seq, roomId, epoch, roomSeq });
}

function isIdType(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Null for none and for `""`; undefined for what is not a string. */
function readOptionalString(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '') return null;
  return typeof value === 'string' ? value : undefined;
}

function accept(frame: ClientFrame): ClientFrameOutcome {
  return { ok: true, frame };
}

function badJson(detail: string): ClientFrameOutcome {
  return { ok: false, answer: 'close', error: frameError('badJson', detail) };
}

function refuse(op: ReplyOperation, seq: number, reason: string): ClientFrameOutcome {
  return { ok: false, answer: 'reply', refusal: { op, seq, code: REPLY_CODES.invalid.code, reason } };
}
