import type { Clock } from '@longwire/domain';
import { CompactEncrypt } from 'jose';
import type { KeyRing } from './key-ring.ts';
import type { TokenClaims } from './token-claims.ts';
import { encodeClaims } from './token-claims.ts';
import { TOKEN_ALG, TOKEN_ENC } from './token-format.ts';

export interface TokenMinterOptions {
  /** How long a token may be used. */
  readonly ttlMs: number;
  readonly clock: Clock;
}

/** Who a token is for; the minter adds the times. */
export type TokenSubject = Omit<TokenClaims, 'issuedAtMs' | 'expiresAtMs'>;

export interface MintedToken {
  readonly token: string;
  readonly expiresAtMs: number;
}

export interface TokenMinter {
  mint(subject: TokenSubject): Promise<MintedToken>;
}

/** Mints encrypted and authenticated connect tokens (JWE compact, `dir`, `A256GCM`) with the newest key of the ring. */
export function createTokenMinter(ring: KeyRing, { ttlMs, clock }: TokenMinterOptions): TokenMinter {
  const { kid, key } = ring.newest;
  return {
    async mint(subject) {
      const issuedAtMs = clock.now();
      const expiresAtMs = issuedAtMs + ttlMs;
      const plain = encodeClaims({ ...subject, issuedAtMs, expiresAtMs });
      const header = { alg: TOKEN_ALG, enc: TOKEN_ENC, kid };
      return { token: await new CompactEncrypt(plain).setProtectedHeader(header).encrypt(key), expiresAtMs };
    },
  };
}
