import type { KeyObject } from 'node:crypto';
import { createDecipheriv } from 'node:crypto';
import type { Clock } from '@longwire/domain';
import type { KeyRing } from './key-ring.ts';
import type { TokenClaims } from './token-claims.ts';
import { decodeClaims } from './token-claims.ts';
import type { TokenParts } from './token-format.ts';
import { splitToken } from './token-format.ts';

export type TokenFault = 'malformed' | 'unknown-key' | 'tampered' | 'expired';

export type TokenOutcome =
  { readonly ok: true; readonly claims: TokenClaims } | { readonly ok: false; readonly reason: TokenFault };

export interface TokenOpener {
  /** Checks and reads a token, calling nobody. Never throws. */
  open(token: string): TokenOutcome;
}

export interface TokenOpenerOptions {
  readonly clock: Clock;
  /** How long after its end a token is still opened: for what grants nothing. Default 0. */
  readonly graceMs?: number;
}

/**
 * Opens tokens of every key of the ring. Written on node:crypto and synchronous, for the connect path of an access
 * node; tests prove that it and the minter's library read each other.
 */
export function createTokenOpener(ring: KeyRing, { clock, graceMs = 0 }: TokenOpenerOptions): TokenOpener {
  return {
    open(token) {
      const parts = splitToken(token);
      if (parts === undefined) return { ok: false, reason: 'malformed' };
      const key = ring.find(parts.kid)?.key;
      if (key === undefined) return { ok: false, reason: 'unknown-key' };
      const plain = decrypt(key, parts);
      if (plain === undefined) return { ok: false, reason: 'tampered' };
      const claims = decodeClaims(plain);
      if (claims === undefined) return { ok: false, reason: 'malformed' };
      if (clock.now() >= claims.expiresAtMs + graceMs) return { ok: false, reason: 'expired' };
      return { ok: true, claims };
    },
  };
}

function decrypt(key: KeyObject, { header, iv, ciphertext, tag }: TokenParts): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(header, 'ascii')).setAuthTag(tag);
  const plain = decipher.update(ciphertext);
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    // The tag does not fit: what `plain` holds must not be looked at.
    return undefined;
  }
}
