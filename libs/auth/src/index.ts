export { generateKeyRing, generateTokenKey, parseKeyRing } from './key-ring.ts';
export { createTokenMinter } from './token-minter.ts';
export { createTokenOpener } from './token-opener.ts';
export { MAX_TOKEN_CHARS } from './token-format.ts';
export { hashApiKey, issueApiKey } from './api-key.ts';
export { BOOTSTRAP_KEY_ID, createCredentialChecker } from './credential-checker.ts';
export { parseScopes, requireScope, requireZone } from './permission.ts';

export type { KeyRing, RingKey } from './key-ring.ts';
export type { TokenClaims } from './token-claims.ts';
export type { MintedToken, TokenMinter, TokenMinterOptions, TokenSubject } from './token-minter.ts';
export type { TokenFault, TokenOpener, TokenOpenerOptions, TokenOutcome } from './token-opener.ts';
export type { IssuedApiKey } from './api-key.ts';
export type { CredentialChecker, CredentialCheckerOptions } from './credential-checker.ts';
