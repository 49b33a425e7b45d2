/** One header and its body, which is a view into the bytes it was read from. */
export interface Frame {
  readonly op: number;
  readonly ver: number;
  readonly seq: number;
  readonly body: Uint8Array;
}

/** Frames in order; `ok` false when what follows them is no frame. */
export interface Frames {
  readonly ok: boolean;
  readonly frames: readonly Frame[];
}

const HEADER_BYTES = 16;
/** Of a frame from a server, header included. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** Two fields of 16 bits; every body the client writes is plain, which is ver 1. */
const HEADER_LEN_AND_VER = (HEADER_BYTES << 16) | 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Reads whole frames and nothing else: what a WebSocket message, or an unpacked body, holds. Never throws. */
export function readFrames(bytes: Uint8Array): Frames {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const frames: Frame[] = [];
  let offset = 0;
  do {
    const left = bytes.length - offset;
    const packLen = left < HEADER_BYTES ? 0 : view.getUint32(offset);
    const isFrame = packLen >= HEADER_BYTES && packLen <= Math.min(left, MAX_FRAME_BYTES);
    if (!isFrame || view.getUint16(offset + 4) !== HEADER_BYTES) return { ok: false, frames };
    frames.push({
      op: view.getUint32(offset + 8),
      ver: view.getUint16(offset + 6),
      seq: view.getUint32(offset + 12),
      body: bytes.subarray(offset + HEADER_BYTES, offset + packLen),
    });
    offset += packLen;
  } while (offset < bytes.length);
  return { ok: true, frames };
}

/** Writes one frame with the JSON of `value` as its body, or none. */
export function writeFrame(op: number, seq: number, value?: object): Uint8Array<ArrayBuffer> {
  const body = encoder.encode(JSON.stringify(value));
  const packLen = HEADER_BYTES + body.length;
  const bytes = new Uint8Array(packLen);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, packLen);
  view.setUint32(4, HEADER_LEN_AND_VER);
  view.setUint32(8, op);
  view.setUint32(12, seq);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** Reads a body as one JSON object; undefined when it is anything else. */
export function readObject(body: Uint8Array): Fields | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return isObject(value) ? value : undefined;
  } catch {
    // Neither has a check that does not throw; the caller counts it.
    return undefined;
  }
}

/** A JSON object from outside. */
export type Fields = Readonly<Record<string, unknown>>;

/** True for what JSON calls an object: not null, not an array. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text from outside; all else is `""`. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A number from outside; all else is 0. */
export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
