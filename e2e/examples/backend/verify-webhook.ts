import { createHmac, timingSafeEqual } from 'node:crypto';

/** Older posts are refused: one that was recorded cannot be played again later. */
const MAX_AGE_SECONDS = 300;

/**
 * Whether a post is Longwire's and new: `longwire-signature: t=<seconds>,v1=<hex HMAC-SHA256 of "<t>.<body>">`, over the bytes as
 * they came, before any parsing.
 */
export function isGenuine(secret: string, header: string | undefined, body: Buffer): boolean {
  const [, seconds = '', digest = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header ?? '') ?? [];
  if (seconds === '' || Math.abs(Date.now() / 1000 - Number(seconds)) > MAX_AGE_SECONDS) return false;
  const expected = createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(digest, 'hex'));
}
