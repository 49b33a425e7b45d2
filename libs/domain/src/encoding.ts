/** The body encodings a batch can travel in; which one a connection gets follows from its protover. */
export const ENCODINGS = ['plain', 'zlib', 'brotli', 'dictionary'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** One bit per encoding, to say in one small number which of them a room's connections need. */
export const ENCODING_BITS = { plain: 1, zlib: 2, brotli: 4, dictionary: 8 } as const satisfies Record<
  Encoding,
  number
>;

/**
 * The encoding for a client's protover: 4 is brotli with the room's dictionary, which is brotli alone until the client has
 * that; 3 is brotli, 2 is zlib, all below is plain.
 */
export function encodingOfProtover(protover: number): Encoding {
  if (protover === 4) return 'dictionary';
  if (protover === 3) return 'brotli';
  return protover === 2 ? 'zlib' : 'plain';
}
