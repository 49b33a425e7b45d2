import type { ErrorKind } from '@longwire/domain';
import { MAX_CLOSE_REASON_BYTES } from './limits.ts';

interface CloseRow {
  readonly code: number;
  readonly kind: ErrorKind;
  /** True exactly for 4000-4499: come back after a pause. False: stop, the same again would end the same. */
  readonly retry: boolean;
  /** Fit to be shown to whoever writes the client; at most 123 bytes, so that it fits a WebSocket close frame. */
  readonly sentence: string;
}

/**
 * Every code Longwire closes a connection with, on WebSocket and in op 25. `protos/WIRE.md` prints this table and a
 * test compares the two.
 */
export const CLOSE_CODES = {
  drain: {
    code: 4000,
    kind: 'unavailable',
    retry: true,
    sentence: 'The node is being emptied; return through another one.',
  },
  shutdown: {
    code: 4001,
    kind: 'unavailable',
    retry: true,
    sentence: 'The node has stopped; return through another one.',
  },
  ejected: {
    code: 4002,
    kind: 'unavailable',
    retry: true,
    sentence: 'The node was taken out of service; return through another one.',
  },
  slowConsumer: {
    code: 4008,
    kind: 'limited',
    retry: true,
    sentence: 'The client read too slowly and its outbox stayed full.',
  },
  heartbeatTimeout: {
    code: 4009,
    kind: 'timeout',
    retry: true,
    sentence: 'No heartbeat came for 2.5 times the interval.',
  },
  connectRateLimited: {
    code: 4010,
    kind: 'limited',
    retry: true,
    sentence: 'Too many connects from this address; wait longer before the next.',
  },
  overloaded: { code: 4011, kind: 'limited', retry: true, sentence: 'The node holds as many connections as it can.' },
  tokenExpired: {
    code: 4012,
    kind: 'unauthenticated',
    retry: true,
    sentence: 'The token has expired; get a new one and return.',
  },
  frameRateLimited: {
    code: 4013,
    kind: 'limited',
    retry: true,
    sentence: 'The client sent frames faster than it may.',
  },
  internal: { code: 4014, kind: 'internal', retry: true, sentence: 'Something broke on our side.' },
  authTimeout: { code: 4015, kind: 'timeout', retry: true, sentence: 'No auth frame came within 5 s.' },
  headerLength: { code: 4500, kind: 'invalid', retry: false, sentence: 'The headerLen of a frame is not 16.' },
  frameLength: {
    code: 4501,
    kind: 'invalid',
    retry: false,
    sentence: 'The packLen of a frame is below 16 or above the limit, or a WebSocket message is too large.',
  },
  unknownOperation: {
    code: 4502,
    kind: 'invalid',
    retry: false,
    sentence: 'The op of a frame is not one a client may send.',
  },
  badJson: {
    code: 4503,
    kind: 'invalid',
    retry: false,
    sentence: 'The body of a frame is not the JSON its op asks for.',
  },
  tokenInvalid: {
    code: 4505,
    kind: 'unauthenticated',
    retry: false,
    sentence: 'The token is missing, damaged or not ours.',
  },
  authRepeated: { code: 4506, kind: 'conflict', retry: false, sentence: 'A second auth frame came on one connection.' },
  foreignUser: { code: 4507, kind: 'forbidden', retry: false, sentence: 'The uid is not the user of the token.' },
  authRequired: {
    code: 4508,
    kind: 'unauthenticated',
    retry: false,
    sentence: 'A frame other than auth came before auth.',
  },
  kicked: { code: 4509, kind: 'forbidden', retry: false, sentence: 'The business closed this connection.' },
  replaced: {
    code: 4510,
    kind: 'conflict',
    retry: false,
    sentence: 'The user opened more connections than allowed; the oldest was closed.',
  },
  truncated: {
    code: 4511,
    kind: 'invalid',
    retry: false,
    sentence: 'A WebSocket message does not end where a frame ends.',
  },
  notBinary: {
    code: 4512,
    kind: 'invalid',
    retry: false,
    sentence: 'A WebSocket message is text; frames travel in binary ones.',
  },
  badCompression: {
    code: 4513,
    kind: 'invalid',
    retry: false,
    sentence: 'A compressed body is damaged, nested or too large.',
  },
} as const satisfies Record<string, CloseRow>;

export type CloseName = keyof typeof CLOSE_CODES;
export type CloseCode = (typeof CLOSE_CODES)[CloseName]['code'];

const nameOfCode: ReadonlyMap<number, CloseName> = new Map(
  Object.entries(CLOSE_CODES).map(([name, row]) => [row.code, name as CloseName]),
);

/** The name of a code of the table; undefined for every other number. */
export function closeNameOf(code: number): CloseName | undefined {
  return nameOfCode.get(code);
}

/**
 * Whether a client may reconnect by itself after a close with this code. Goes by range, so that it also holds for
 * codes newer than this table: false for 4500-4999 alone, true for 4000-4499 and for every standard or missing code
 * (1000, 1001, 1006, a cut line), which say nothing against coming back.
 */
export function invitesReconnect(code: number): boolean {
  return !(code >= 4500 && code <= 4999);
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Cuts a text to the 123 bytes of UTF-8 a WebSocket close frame has room for, never inside a character. */
export function clipCloseReason(text: string): string {
  const bytes = encoder.encode(text);
  if (bytes.length <= MAX_CLOSE_REASON_BYTES) return text;
  let end = MAX_CLOSE_REASON_BYTES;
  // 10xxxxxx is the middle of a character: step back to where it starts.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return decoder.decode(bytes.subarray(0, end));
}
