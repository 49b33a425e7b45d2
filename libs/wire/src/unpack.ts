import { BODY_VER, isCompressedVer } from './body-ver.ts';
import { decodeFrames, SERVER_FRAME_LIMITS } from './decode.ts';
import type { DecodeOutcome } from './decode.ts';
import { DictionaryShelf, joinPrefix, parseDictionary } from './dictionary.ts';
import { frameError } from './frame-error.ts';
import type { Frame } from './frame.ts';
import { MAX_DICTIONARY_BYTES, MAX_INFLATED_BYTES } from './limits.ts';
import { OPERATION } from './operation.ts';

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
  /** For ver 3 and 4. */
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
 *
 * `shelf` is for protover 4, one a connection: op 26 goes onto it and yields no frames, ver 4 is decoded with what is on
 * it. Error badCompression too: a dictionary that is none, and a body that names one which is not there.
 */
export function unpack(frame: Frame, decompressors: Decompressors, shelf = new DictionaryShelf()): DecodeOutcome {
  const job = jobOf(frame, decompressors, shelf);
  if ('ok' in job) return job;
  let bytes: Uint8Array;
  try {
    bytes = job.decompress(job.stream, job.maxBytes);
  } catch {
    return damaged(frame.ver);
  }
  return job.finish(bytes);
}

/**
 * As {@link unpack}, for decompressors that answer later. A caller that reads a frame behind a compressed one must wait
 * for the first before it handles the second, or it turns their order around.
 */
export async function unpackAsync(
  frame: Frame,
  decompressors: AsyncDecompressors,
  shelf = new DictionaryShelf(),
): Promise<DecodeOutcome> {
  const job = jobOf(frame, decompressors, shelf);
  if ('ok' in job) return job;
  let bytes: Uint8Array;
  try {
    bytes = await job.decompress(job.stream, job.maxBytes);
  } catch {
    return damaged(frame.ver);
  }
  return job.finish(bytes);
}

/** One stream to decompress, and what to make of what comes out. */
interface Job<Way> {
  readonly decompress: Way;
  readonly stream: Uint8Array;
  readonly maxBytes: number;
  readonly finish: (bytes: Uint8Array) => DecodeOutcome;
}

function jobOf<Way>(
  frame: Frame,
  { inflate, brotli }: { readonly inflate?: Way; readonly brotli?: Way },
  shelf: DictionaryShelf,
): Job<Way> | DecodeOutcome {
  const { op, ver, seq, body } = frame;
  const isDictionary = op === OPERATION.dictionary;
  if (isDictionary && ver !== BODY_VER.brotli) return fault(`ver of a dictionary is ${ver}`);
  if (!isDictionary && !isCompressedVer(ver)) return unpackPlain(frame);
  const decompress = ver === BODY_VER.zlib ? inflate : brotli;
  if (decompress === undefined) return fault(`no decompressor for ver ${ver}`);
  if (isDictionary) {
    return { decompress, stream: body, maxBytes: MAX_DICTIONARY_BYTES, finish: (bytes) => shelve(bytes, shelf) };
  }
  if (ver !== BODY_VER.dictionary) {
    return { decompress, stream: body, maxBytes: MAX_INFLATED_BYTES, finish: readInner };
  }
  const dictionary = shelf.find(seq);
  if (dictionary === undefined) return fault(`there is no dictionary ${seq}`);
  const { skipBytes } = dictionary;
  return {
    decompress,
    stream: joinPrefix(dictionary, body),
    maxBytes: skipBytes + MAX_INFLATED_BYTES,
    finish: (bytes) => readInner(bytes.subarray(skipBytes)),
  };
}

function shelve(bytes: Uint8Array, shelf: DictionaryShelf): DecodeOutcome {
  const dictionary = parseDictionary(bytes);
  if (dictionary === undefined) return fault('the dictionary is none');
  shelf.put(dictionary);
  return { ok: true, frames: [] };
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

function damaged(ver: number): DecodeOutcome {
  return fault(`the body is not ver ${ver} or too large`);
}

function fault(detail: string): DecodeOutcome {
  return { ok: false, frames: [], error: frameError('badCompression', detail) };
}
