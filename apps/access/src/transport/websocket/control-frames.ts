import { isUtf8 } from 'node:buffer';
import { OPCODE } from './frame-header.ts';

const FINAL = 0x80;

/** Returns a whole pong with the payload of the ping, of at most 125 bytes. */
export function buildPong(payload: Uint8Array): Buffer {
  return buildControl(OPCODE.pong, payload);
}

/** Returns a whole close frame; `reason` is at most 123 bytes of UTF-8. */
export function buildClose(code: number, reason = ''): Buffer {
  const text = Buffer.from(reason);
  const payload = Buffer.alloc(2 + text.length);
  payload.writeUInt16BE(code);
  text.copy(payload, 2);
  return buildControl(OPCODE.close, payload);
}

/**
 * The answer to a client's close frame (RFC 6455, 5.5.1 and 7.4): what it said, nothing when it said nothing, 1002 for a
 * code that must not be sent, 1007 for a reason that is not UTF-8.
 */
export function answerToClose(payload: Uint8Array): Buffer {
  if (payload.length === 0) return buildControl(OPCODE.close, payload);
  const code = ((payload[0] ?? 0) << 8) | (payload[1] ?? 0);
  if (payload.length === 1 || !isSendable(code)) return buildClose(1002);
  if (!isUtf8(payload.subarray(2))) return buildClose(1007);
  return buildClose(code);
}

function isSendable(code: number): boolean {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006;
}

function buildControl(opcode: number, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(2 + payload.length);
  frame[0] = FINAL | opcode;
  frame[1] = payload.length;
  frame.set(payload, 2);
  return frame;
}
