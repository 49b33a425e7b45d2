/** The token is a JWE in compact form (RFC 7516): the ring's key encrypts directly, AES-256 in GCM. */
export const TOKEN_ALG = 'dir';
export const TOKEN_ENC = 'A256GCM';

/** Far above any token minted here; longer texts are refused unread. */
export const MAX_TOKEN_CHARS = 1_024;

/** Header, empty key, iv (12 bytes), ciphertext, tag (16 bytes). */
const TOKEN_PATTERN = /^([\w-]+)\.\.([\w-]{16})\.([\w-]+)\.([\w-]{22})$/;

export interface TokenParts {
  /** As it was sent: it is authenticated in this form. */
  readonly header: string;
  readonly kid: string;
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

/**
 * Takes a token apart without any key; undefined when it is not of this form, or asks for anything but dir and A256GCM.
 */
export function splitToken(token: string): TokenParts | undefined {
  if (token.length > MAX_TOKEN_CHARS) return undefined;
  const [, header = '', ivText = '', cipherText = '', tagText = ''] = TOKEN_PATTERN.exec(token) ?? [];
  const kid = kidOf(header);
  const iv = strictBytes(ivText);
  const ciphertext = strictBytes(cipherText);
  const tag = strictBytes(tagText);
  if (kid === undefined || iv === undefined || ciphertext === undefined || tag === undefined) return undefined;
  return { header, kid, iv, ciphertext, tag };
}

function kidOf(header: string): string | undefined {
  const bytes = strictBytes(header);
  if (bytes === undefined) return undefined;
  try {
    const { alg, enc, kid, zip, crit } = Object(JSON.parse(bytes.toString())) as Record<string, unknown>;
    const isOurs = alg === TOKEN_ALG && enc === TOKEN_ENC && zip === undefined && crit === undefined;
    return isOurs && typeof kid === 'string' ? kid : undefined;
  } catch {
    // Not JSON, so not a header.
    return undefined;
  }
}

/** Bytes of base64url text in its one canonical spelling: two texts never stand for one token. */
function strictBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return text !== '' && bytes.toString('base64url') === text ? bytes : undefined;
}
