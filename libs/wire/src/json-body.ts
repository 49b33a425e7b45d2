import { HEADER_BYTES } from './limits.ts';
import { writeHeader } from './frame.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const NO_BYTES = new Uint8Array(0);

/** Replies are tens of bytes: they are encoded here and copied once into a buffer of the right size. */
const scratch = new Uint8Array(8192);
/** UTF-16 code units become at most this many bytes of UTF-8 each. */
const MAX_UTF8_PER_UNIT = 3;

/** A frame whose body is the JSON text of `value`. */
export interface JsonFrame {
  readonly op: number;
  readonly ver: number;
  readonly seq: number;
  readonly value: object;
}

/** Returns the bytes of a frame whose body is `JSON.stringify(value)`, in one new buffer that the caller owns. */
export function encodeJsonFrame(frame: JsonFrame): Uint8Array<ArrayBuffer> {
  return encodeTextFrame({ op: frame.op, ver: frame.ver, seq: frame.seq, text: JSON.stringify(frame.value) });
}

/** Returns the bytes of a frame whose body is `text` as UTF-8, in one new buffer that the caller owns. */
export function encodeTextFrame(frame: {
  op: number;
  ver: number;
  seq: number;
  text: string;
}): Uint8Array<ArrayBuffer> {
  const body = toUtf8(frame.text);
  const packLen = HEADER_BYTES + body.length;
  const bytes = new Uint8Array(packLen);
  writeHeader(new DataView(bytes.buffer), 0, { packLen, ver: frame.ver, op: frame.op, seq: frame.seq });
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** The result may be a view of `scratch`: copy it before the next call. */
function toUtf8(text: string): Uint8Array {
  if (text.length === 0) return NO_BYTES;
  if (text.length * MAX_UTF8_PER_UNIT > scratch.length) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** Reads a body as UTF-8, without a byte order mark; undefined when it is not UTF-8. */
export function readText(body: Uint8Array): string | undefined {
  try {
    return decoder.decode(body);
  } catch {
    // The platform has no check that does not throw; the caller maps undefined to its close code.
    return undefined;
  }
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads a text as JSON; undefined when it is not (JSON has no undefined of its own). */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // As in readText: undefined is the answer the caller maps.
    return undefined;
  }
}

/** True for what JSON calls an object: not null, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a body as one JSON object; undefined when it is anything else. */
export function readJsonObject(body: Uint8Array): JsonObject | undefined {
  const text = readText(body);
  if (text === undefined) return undefined;
  const value = readJson(text);
  return isJsonObject(value) ? value : undefined;
}
