export { BODY_VER, isCompressedVer, parseProtover, verOfEncoding } from './body-ver.ts';
export { parseClientFrame } from './client-frame.ts';
export { clipCloseReason, CLOSE_CODES, closeNameOf, invitesReconnect } from './close-codes.ts';
export { CLIENT_FRAME_LIMITS, decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
export {
  DictionaryShelf,
  encodeDictionary,
  joinPrefix,
  parseDictionary,
  wrapDictionary,
  wrapDictionaryBatch,
} from './dictionary.ts';
export { encodeClientFrame } from './encode-client.ts';
export {
  encodeAuthReply,
  encodeCloseNotice,
  encodeHeartbeatReply,
  encodeMessageFrame,
  encodeMessageFrames,
  encodeReconnectHint,
  encodeRefusal,
  encodeResumeReply,
  encodeRoomReply,
  encodeSendReply,
} from './encode-server.ts';
export { encodeFrame, joinFrames, wrapCompressed, writeHeader } from './frame.ts';
export { FrameDecoder } from './frame-decoder.ts';
export { encodeJsonFrame, encodeTextFrame } from './json-body.ts';
export {
  AUTH_DEADLINE_MS,
  HEADER_BYTES,
  HEARTBEAT_TIMEOUT_FACTOR,
  MAX_CLIENT_BODY_BYTES,
  MAX_CLIENT_FRAME_BYTES,
  MAX_CLIENT_WS_MESSAGE_BYTES,
  MAX_CLOSE_REASON_BYTES,
  MAX_DICTIONARY_BYTES,
  MAX_INFLATED_BYTES,
  MAX_ROOMS_PER_CONNECTION,
  MAX_SERVER_FRAME_BYTES,
} from './limits.ts';
export { isClientOperation, OPERATION } from './operation.ts';
export { REPLY_CODES, replyCodeOfKind } from './reply-codes.ts';
export { parseServerFrame } from './server-frame.ts';
export { unpack, unpackAsync } from './unpack.ts';
export { buildWsFrame, encodeWsHeader, wsHeaderBytes } from './websocket-frame.ts';

export type { BodyVer, CompressedVer, Protover } from './body-ver.ts';
export type { AuthRequest, ClientFrame, ClientFrameOutcome } from './client-frame.ts';
export type { CloseCode, CloseName } from './close-codes.ts';
export type { DecodeOutcome, FrameLimits } from './decode.ts';
export type { Dictionary } from './dictionary.ts';
export type { ClientRequest } from './encode-client.ts';
export type { NodeHint, ReconnectHint, Refusal, ResumeReply, RoomReply } from './encode-server.ts';
export type { Frame, FrameHeader } from './frame.ts';
export type { FrameError } from './frame-error.ts';
export type { JsonFrame, JsonObject } from './json-body.ts';
export type { ClientOperation, Operation, OperationName, ReplyOperation } from './operation.ts';
export type { ReplyCode, ReplyName } from './reply-codes.ts';
export type { ReceivedMessage, ReceivedRoomReply, ServerFrame, ServerFrameOutcome } from './server-frame.ts';
export type { AsyncDecompressors, Decompress, DecompressAsync, Decompressors } from './unpack.ts';
