import { BODY_VER } from './body-ver.ts';
import type { Protover } from './body-ver.ts';
import { encodeFrame } from './frame.ts';
import { encodeJsonFrame, encodeTextFrame } from './json-body.ts';
import { OPERATION } from './operation.ts';

/** What a client can say. `seq` is the client's to choose; the reply repeats it. */
export type ClientRequest =
  | { readonly kind: 'heartbeat'; readonly seq: number }
  | {
      readonly kind: 'auth';
      readonly seq: number;
      readonly token: string;
      readonly userId?: string;
      /** Joined together with the auth. */
      readonly roomId?: string;
      /** Default 0: plain frames only. */
      readonly protover?: Protover;
      readonly platform?: string;
    }
  /** Null leaves all rooms. */
  | { readonly kind: 'changeRoom'; readonly seq: number; readonly roomId: string | null }
  | { readonly kind: 'join' | 'leave'; readonly seq: number; readonly roomId: string }
  | { readonly kind: 'send'; readonly seq: number; readonly id: string; readonly data: object }
  | { readonly kind: 'ack'; readonly seq: number; readonly messageIds: readonly string[] }
  | {
      readonly kind: 'resume';
      readonly seq: number;
      readonly roomId: string;
      readonly epoch: number;
      readonly roomSeq: number;
    };

const NO_BODY = new Uint8Array(0);
const VER = BODY_VER.control;

/**
 * Returns the bytes of one up frame in a new buffer. Does not check the 4 KiB limit: a caller whose `data` or ids may
 * be large compares the length with MAX_CLIENT_FRAME_BYTES before it sends.
 */
export function encodeClientFrame(request: ClientRequest): Uint8Array<ArrayBuffer> {
  const { seq } = request;
  switch (request.kind) {
    case 'heartbeat':
      return encodeFrame({ op: OPERATION.heartbeat, ver: VER, seq, body: NO_BODY });
    case 'auth': {
      const { token, userId, roomId, protover, platform } = request;
      return encodeJson(OPERATION.auth, seq, { uid: userId, roomid: roomId, protover, platform, key: token });
    }
    case 'changeRoom':
      return encodeTextFrame({ op: OPERATION.changeRoom, ver: VER, seq, text: request.roomId ?? '' });
    case 'join':
      return encodeJson(OPERATION.join, seq, { roomId: request.roomId });
    case 'leave':
      return encodeJson(OPERATION.leave, seq, { roomId: request.roomId });
    case 'send':
      return encodeJson(OPERATION.send, seq, { id: request.id, data: request.data });
    case 'ack':
      return encodeJson(OPERATION.ack, seq, { ids: request.messageIds });
    case 'resume': {
      const { roomId, epoch, roomSeq } = request;
      return encodeJson(OPERATION.resume, seq, { roomId, epoch, seq: roomSeq });
    }
  }
}

function encodeJson(op: number, seq: number, value: object): Uint8Array<ArrayBuffer> {
  return encodeJsonFrame({ op, ver: VER, seq, value });
}
