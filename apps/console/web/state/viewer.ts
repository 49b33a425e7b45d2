const PALETTE = ['#ffb454', '#7ee0c2', '#8ec7ff', '#ff9ea8', '#e5dc7a', '#c8b6ff'];

/**
 * Who this tab is. It survives a reload and is not shared with other tabs, so that one person can open two and be two
 * viewers. A real page has no say in this: its backend knows who is logged in.
 */
export function viewerOfTab(): { userId: string; deviceId: string; color: string } {
  const userId = remembered('longwire-user', () => `viewer-${randomId()}`);
  const deviceId = remembered('longwire-device', () => `tab-${randomId()}`);
  return { userId, deviceId, color: colorOf(userId) };
}

/** A colour that stays with an id. */
export function colorOf(id: string): string {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return PALETTE[sum % PALETTE.length] ?? '#ffffff';
}

/** 80 random bits; `crypto.randomUUID` is not there on plain http. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => (byte & 31).toString(32)).join('');
}

function remembered(key: string, make: () => string): string {
  const known = sessionStorage.getItem(key);
  if (known !== null) return known;
  const value = make();
  sessionStorage.setItem(key, value);
  return value;
}
