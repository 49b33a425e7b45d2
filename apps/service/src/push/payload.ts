import { AppError, MAX_PAYLOAD_BYTES } from '@longwire/domain';

/** A run of digits too long for a double, where a number may stand; ids in strings do not count. */
const LONG_NUMBER = /[:[,]\s*-?[\d.]{16}/;

interface JsonWithSource {
  rawJSON(text: string): unknown;
  isRawJSON(value: unknown): boolean;
  parse(text: string, reviver: Reviver): unknown;
}
/** The types of the language do not know source text access yet: https://tc39.es/proposal-json-parse-with-source/ */
const json = JSON as unknown as JsonWithSource;
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Is it a number that {@link parseBody} has kept as text? */
export const isKeptNumber = (value: unknown): boolean => json.isRawJSON(value);

/** Keeps a number that a double cannot hold as the text it came as: `JSON.stringify` writes such a value back unchanged. */
const keepLongNumbers: Reviver = (_key, value, context) =>
  typeof value === 'number' && context.source !== undefined && String(value) !== context.source
    ? json.rawJSON(context.source)
    : value;

/**
 * Parses a request body so that nothing in a payload is lost: numbers beyond double precision (64-bit ids are common)
 * survive. Throws AppError `invalid-request` for text that is not JSON.
 */
export function parseBody(text: string): unknown {
  try {
    // The reviver costs several times the parse, so only bodies that may hold such a number pay for it.
    return LONG_NUMBER.test(text) ? json.parse(text, keepLongNumbers) : JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid-request', 'The body is not valid JSON', { cause });
  }
}

const encoder = new TextEncoder();

/**
 * The payload as the bytes that travel: UTF-8 JSON text without the reserved field `lw`.
 * Throws AppError `invalid-request` when it is no object or has no string `cmd`, `payload-too-large` above 64 KiB.
 */
export function encodePayload(payload: unknown): Uint8Array {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) {
    throw new AppError('invalid-request', 'payload must be a JSON object', { field: 'payload' });
  }
  const { lw: _reserved, ...fields } = payload as Record<string, unknown>;
  if (typeof fields['cmd'] !== 'string' || fields['cmd'] === '') {
    throw new AppError('invalid-request', 'payload.cmd must be a non-empty string', { field: 'payload.cmd' });
  }
  const bytes = encoder.encode(JSON.stringify(fields));
  if (bytes.length > MAX_PAYLOAD_BYTES) {
    const detail = `payload is ${bytes.length} bytes of JSON, at most ${MAX_PAYLOAD_BYTES} are allowed`;
    throw new AppError('payload-too-large', detail, { field: 'payload' });
  }
  return bytes;
}
