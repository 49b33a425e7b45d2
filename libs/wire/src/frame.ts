import { BODY_VER } from './body-ver.ts';
import { HEADER_BYTES } from './limits.ts';
import { OPERATION } from './operation.ts';

/** One header and its body. A decoded body is a view into the bytes it was read from: copy it to keep it. */
export interface Frame {
  readonly op: number;
  readonly ver: number;
  readonly seq: number;
  readonly body: Uint8Array;
}

/** The header's four varying fields, each an unsigned integer; larger numbers lose their high bits. */
export interface FrameHeader {
  /** Header and body together. */
  readonly packLen: number;
  readonly ver: number;
  readonly op: number;
  readonly seq: number;
}

/** Writes the 16 bytes of a header at `offset`, allocating nothing. Throws RangeError when they do not fit. */
export function writeHeader(view: DataView, offset: number, header: FrameHeader): void {
  view.setUint32(offset, header.packLen);
  view.setUint16(offset + 4, HEADER_BYTES);
  view.setUint16(offset + 6, header.ver);
  view.setUint32(offset + 8, header.op);
  view.setUint32(offset + 12, header.seq);
}

/** Returns a frame's bytes in one new buffer that the caller owns; the body is copied. Checks no limit. */
export function encodeFrame(frame: Frame): Uint8Array<ArrayBuffer> {
  const packLen = HEADER_BYTES + frame.body.length;
  const bytes = new Uint8Array(packLen);
  writeHeader(new DataView(bytes.buffer), 0, { packLen, ver: frame.ver, op: frame.op, seq: frame.seq });
  bytes.set(frame.body, HEADER_BYTES);
  return bytes;
}

/** Returns the frames one behind the other in one new buffer, as one WebSocket message or a run of TCP may hold them. */
export function joinFrames(frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let sizeBytes = 0;
  for (const frame of frames) sizeBytes += frame.length;
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const frame of frames) {
    bytes.set(frame, offset);
    offset += frame.length;
  }
  return bytes;
}

/**
 * Returns the op 5 frame around the compressed bytes of whole plain frames. What was compressed must itself hold no
 * compressed frame. Throws RangeError for a `ver` that is not one of these two.
 */
export function wrapCompressed(
  ver: typeof BODY_VER.zlib | typeof BODY_VER.brotli,
  compressed: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (ver !== BODY_VER.zlib && ver !== BODY_VER.brotli) throw new RangeError('ver must be 2 or 3');
  return encodeFrame({ op: OPERATION.message, ver, seq: 0, body: compressed });
}
