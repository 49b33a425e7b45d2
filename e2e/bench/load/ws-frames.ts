const FINAL = 0x80;
const MASKED = 0x80;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
const MAX_16 = 0xffff;

export const WS_TEXT = 1;
export const WS_BINARY = 2;
export const WS_CLOSE = 8;
export const WS_PING = 9;
export const WS_PONG = 10;

/** Where one message lies in a chunk; one object for all, so that reading allocates nothing. */
export interface FrameSpan {
  opcode: number;
  start: number;
  /** Of the payload, and so of the frame. */
  end: number;
}

/** Finds the unmasked frame that starts at `offset`; false when it is not all there yet. */
export function readWsFrame(bytes: Buffer, offset: number, span: FrameSpan): boolean {
  const available = bytes.length - offset;
  if (available < 2) return false;
  const short = bytes.readUInt8(offset + 1) & 0x7f;
  const headerBytes = short < LENGTH_16 ? 2 : short === LENGTH_16 ? 4 : 10;
  if (available < headerBytes) return false;
  const length =
    short < LENGTH_16
      ? short
      : short === LENGTH_16
        ? bytes.readUInt16BE(offset + 2)
        : Number(bytes.readBigUInt64BE(offset + 2));
  if (available < headerBytes + length) return false;
  span.opcode = bytes.readUInt8(offset) & 0x0f;
  span.start = offset + headerBytes;
  span.end = span.start + length;
  return true;
}

/** One whole client message. The mask is zero, which the protocol allows, so the payload goes as it is. */
export function clientWsFrame(payload: Uint8Array, opcode: number): Buffer {
  if (payload.length > MAX_16) throw new RangeError('client messages of this bench are below 64 KiB');
  const isShort = payload.length < LENGTH_16;
  const headerBytes = isShort ? 6 : 8;
  const frame = Buffer.alloc(headerBytes + payload.length);
  frame.writeUInt8(FINAL | opcode, 0);
  frame.writeUInt8(MASKED | (isShort ? payload.length : LENGTH_16), 1);
  if (!isShort) frame.writeUInt16BE(payload.length, 2);
  frame.set(payload, headerBytes);
  return frame;
}

/** One whole unmasked server message: what the floor writes. */
export function serverWsFrame(payload: Uint8Array, opcode: number): Buffer {
  const headerBytes = payload.length < LENGTH_16 ? 2 : payload.length <= MAX_16 ? 4 : 10;
  const frame = Buffer.alloc(headerBytes + payload.length);
  frame.writeUInt8(FINAL | opcode, 0);
  if (headerBytes === 2) frame.writeUInt8(payload.length, 1);
  else if (headerBytes === 4) {
    frame.writeUInt8(LENGTH_16, 1);
    frame.writeUInt16BE(payload.length, 2);
  } else {
    frame.writeUInt8(LENGTH_64, 1);
    frame.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  frame.set(payload, headerBytes);
  return frame;
}

/** The upgrade request. The key is fixed: the answer to it is not checked, the server is a known one. */
export function upgradeRequest(host: string, path: string): string {
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    'Sec-WebSocket-Key: bG9uZ3dpcmUtYmVuY2gtMQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'
  );
}
