import { BODY_VER, isCompressedVer } from './body-ver.ts';
import type { CompressedVer } from './body-ver.ts';
import { decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import type { DecodeOutcome } from './decode.ts';
import { frameError } from './frame-error.ts';
import type { Frame } from './frame.ts';
import { MAX_INFLATED_BYTES } from './limits.ts';

/**
 * Undoes one compression. Must not return more than `maxBytes`: it throws, or stops and throws, where more would come
 * out. What it throws is taken to mean damaged input.
 */
export type Decompress = (compressed: Uint8Array, maxBytes: number) => Uint8Array;
export type DecompressAsync = (compressed: Uint8Array, maxBytes: number) => Promise<Uint8Array>;

/** The platform's decompressors. One that is missing refuses its frames, which a matching protover keeps away. */
export interface Decompressors {
  /** zlib with its header (RFC 1950), for ver 2. */
  readonly inflate?: Decompress;
  /** For ver 3. */
  readonly brotli?: Decompress;
}
export interface AsyncDecompressors {
  readonly inflate?: Decompress | DecompressAsync;
  readonly brotli?: Decompress | DecompressAsync;
}

/**
 * Returns the plain frames of a down frame: itself when it is plain, those inside when it is compressed, in order.
 * Never throws. Error badCompression: damaged, larger than 4 MiB, no decompressor, an unknown `ver`, or a compressed
 * frame inside; the header errors where what came out is no run of whole frames. After an error `frames` is what came
 * before the fault, so a client may take it or drop it.
 */
export function unpack(frame: Frame, decompressors: Decompressors): DecodeOutcome {
  if (!isCompressedVer(frame.ver)) return unpackPlain(frame);
  const decompress = frame.ver === BODY_VER.zlib ? decompressors.inflate : decompressors.brotli;
  if (decompress === undefined) return fault(`no decompressor for ver ${frame.ver}`);
  let bytes: Uint8Array;
  try {
    bytes = decompress(frame.body, MAX_INFLATED_BYTES);
  } catch {
    return damaged(frame.ver);
  }
  return readInner(bytes);
}

/**
 * As {@link unpack}, for decompressors that answer later. A caller that reads a plain frame behind a compressed one
 * must wait for the first before it handles the second, or it turns their order around.
 */
export async function unpackAsync(frame: Frame, decompressors: AsyncDecompressors): Promise<DecodeOutcome> {
  if (!isCompressedVer(frame.ver)) return unpackPlain(frame);
  const decompress = frame.ver === BODY_VER.zlib ? decompressors.inflate : decompressors.brotli;
  if (decompress === undefined) return fault(`no decompressor for ver ${frame.ver}`);
  let bytes: Uint8Array;
  try {
    bytes = await decompress(frame.body, MAX_INFLATED_BYTES);
  } catch {
    return damaged(frame.ver);
  }
  return readInner(bytes);
}

function unpackPlain(frame: Frame): DecodeOutcome {
  if (frame.ver === BODY_VER.json || frame.ver === BODY_VER.control) return { ok: true, frames: [frame] };
  return fault(`ver is ${frame.ver}`);
}

function readInner(bytes: Uint8Array): DecodeOutcome {
  if (bytes.length > MAX_INFLATED_BYTES) return fault(`${bytes.length} bytes came out, above ${MAX_INFLATED_BYTES}`);
  const outcome = decodeFrames(bytes, SERVER_FRAME_LIMITS);
  const nested = outcome.frames.findIndex(({ ver }) => ver !== BODY_VER.json && ver !== BODY_VER.control);
  if (nested === -1) return outcome;
  const error = frameError('badCompression', `frame ${nested} inside is not plain`);
  return { ok: false, frames: outcome.frames.slice(0, nested), error };
}

function damaged(ver: CompressedVer): DecodeOutcome {
  return fault(`the body is not ver ${ver} or too large`);
}

function fault(detail: string): DecodeOutcome {
  return { ok: false, frames: [], error: frameError('badCompression', detail) };
}
