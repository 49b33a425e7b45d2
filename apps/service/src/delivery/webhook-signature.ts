import { createHmac } from 'node:crypto';

/** The header that carries it. */
export const SIGNATURE_HEADER = 'longwire-signature';

/**
 * `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "<t>.<body>">`. The receiver computes the same over the bytes it got, compares
 * in constant time, and refuses a `t` that is minutes old, so that a recorded post cannot be played again for ever.
 */
export function signBody(secret: string, body: string, atMs: number): string {
  const seconds = Math.floor(atMs / 1000);
  const digest = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
  return `t=${seconds},v1=${digest}`;
}
