import type { ErrorKind } from '@longwire/domain';

interface ReplyRow {
  readonly code: number;
  readonly sentence: string;
}

/**
 * Every `code` a reply (op 8, 13, 15, 17, 19, 23) can carry: 0, or a negative number that leaves the connection open,
 * op 8's apart. `protos/WIRE.md` prints this table and a test compares the two.
 */
export const REPLY_CODES = {
  ok: { code: 0, sentence: 'Done.' },
  unauthenticated: { code: -101, sentence: 'The token was not accepted; the connection is closed next.' },
  invalid: { code: -400, sentence: 'A value is not valid, `reason` names the field.' },
  forbidden: { code: -403, sentence: 'The user may not do this.' },
  notFound: { code: -404, sentence: 'The connection is not in this room.' },
  conflict: { code: -409, sentence: 'The request contradicts one before it.' },
  limited: { code: -429, sentence: 'Too much: more than 16 rooms, or sent too fast.' },
  internal: { code: -500, sentence: 'Something broke on our side.' },
  unavailable: { code: -503, sentence: 'What the request needs does not answer; try again later.' },
  timeout: { code: -504, sentence: 'The request took too long; whether it was done is not known.' },
} as const satisfies Record<string, ReplyRow>;

export type ReplyName = keyof typeof REPLY_CODES;
export type ReplyCode = (typeof REPLY_CODES)[ReplyName]['code'];

const REPLY_OF_KIND = {
  invalid: 'invalid',
  unauthenticated: 'unauthenticated',
  forbidden: 'forbidden',
  'not-found': 'notFound',
  conflict: 'conflict',
  limited: 'limited',
  unavailable: 'unavailable',
  timeout: 'timeout',
  internal: 'internal',
} as const satisfies Record<ErrorKind, ReplyName>;

/** The reply code that tells a client of an error of this kind. */
export function replyCodeOfKind(kind: ErrorKind): ReplyCode {
  return REPLY_CODES[REPLY_OF_KIND[kind]].code;
}
