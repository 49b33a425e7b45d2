import type { KeyObject } from 'node:crypto';
import { createSecretKey, randomBytes } from 'node:crypto';

export interface RingKey {
  /** Public name of the key; travels in every token. */
  readonly kid: string;
  readonly key: KeyObject;
}

/** The keys of connect tokens: the newest mints, every one of them still reads. */
export interface KeyRing {
  readonly newest: RingKey;
  find(kid: string): RingKey | undefined;
}

const KEY_BYTES = 32;
const TEXT_PATTERN = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{43})$/;

/**
 * Reads a ring from `kid:base64url` texts, newest first. To rotate, put a new key first; drop the old one when its last
 * token is over. Throws an error that names the position, never the key.
 */
export function parseKeyRing(texts: readonly string[]): KeyRing {
  const keys = new Map<string, RingKey>();
  for (const [index, text] of texts.entries()) {
    const parsed = parseKey(text);
    if (parsed === undefined) throw new Error(`token key ${index + 1} is not kid:base64url of ${KEY_BYTES} bytes`);
    if (keys.has(parsed.kid)) throw new Error(`token key ${index + 1} repeats the kid ${parsed.kid}`);
    keys.set(parsed.kid, parsed);
  }
  const [newest] = keys.values();
  if (newest === undefined) throw new Error('at least one token key is needed (LONGWIRE_TOKEN_KEYS)');
  return { newest, find: (kid) => keys.get(kid) };
}

/** A new random key as the text that {@link parseKeyRing} reads. */
export function generateTokenKey(): string {
  return `k${randomBytes(6).toString('hex')}:${randomBytes(KEY_BYTES).toString('base64url')}`;
}

/** A ring of one new random key, for a process that is alone. */
export function generateKeyRing(): KeyRing {
  return parseKeyRing([generateTokenKey()]);
}

function parseKey(text: string): RingKey | undefined {
  const [, kid, secret] = TEXT_PATTERN.exec(text) ?? [];
  if (kid === undefined || secret === undefined) return undefined;
  const bytes = Buffer.from(secret, 'base64url');
  // 43 characters carry two bits more than 32 bytes; a text that uses them is a typing error.
  return bytes.toString('base64url') === secret ? { kid, key: createSecretKey(bytes) } : undefined;
}
