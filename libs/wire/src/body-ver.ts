import type { Encoding } from '@longwire/domain';

/**
 * The header field `ver`: how the body of a down frame is encoded. `json` is op 5's one object; `control` is every
 * other plain body (op 3's number, the JSON of replies and notices); `zlib` and `brotli` hold whole plain frames, and so
 * does `dictionary`: brotli that goes on from the dictionary that the header's `seq` names.
 * Of up frames `ver` is ignored: their bodies are always plain, and clients in the field write anything here.
 */
export const BODY_VER = { json: 0, control: 1, zlib: 2, brotli: 3, dictionary: 4 } as const;

export type BodyVer = (typeof BODY_VER)[keyof typeof BODY_VER];
export type CompressedVer = typeof BODY_VER.zlib | typeof BODY_VER.brotli | typeof BODY_VER.dictionary;

/** The most a client can decode, said in op 7: 0 and 1 are plain frames only, 2 adds zlib, 3 adds brotli, 4 dictionaries. */
export type Protover = 0 | 1 | 2 | 3 | 4;

const VER_OF_ENCODING = {
  plain: BODY_VER.json,
  zlib: BODY_VER.zlib,
  brotli: BODY_VER.brotli,
  dictionary: BODY_VER.dictionary,
} as const satisfies Record<Encoding, BodyVer>;

/** The `ver` that frames of a batch in this encoding carry. */
export function verOfEncoding(encoding: Encoding): BodyVer {
  return VER_OF_ENCODING[encoding];
}

/** True for the encodings whose body is a run of whole frames. */
export function isCompressedVer(ver: number): ver is CompressedVer {
  return ver === BODY_VER.zlib || ver === BODY_VER.brotli || ver === BODY_VER.dictionary;
}

/**
 * Reads the field `protover`: absent or null is 0, a number or a one-digit string of 0-4 is itself, all else is
 * undefined. 0 and 1 mean the same; both are kept so that what a client said can be shown.
 */
export function parseProtover(value: unknown): Protover | undefined {
  switch (value) {
    case undefined:
    case null:
    case 0:
    case '0':
      return 0;
    case 1:
    case '1':
      return 1;
    case 2:
    case '2':
      return 2;
    case 3:
    case '3':
      return 3;
    case 4:
    case '4':
      return 4;
    default:
      return undefined;
  }
}
