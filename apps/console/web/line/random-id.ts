/** 80 random bits as 16 characters of base 32, which fit every id of the platform. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => (byte & 31).toString(32)).join('');
}
