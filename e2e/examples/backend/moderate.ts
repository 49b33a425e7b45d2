const BLOCKED = ['casino', 'free coins'];
const MAX_CHARS = 100;

/** The text as it may be shown, or why it may not. */
export function moderate(text: unknown): { readonly text: string } | { readonly refused: string } {
  if (typeof text !== 'string' || text.trim() === '') return { refused: 'there is nothing to show' };
  const shown = text.replaceAll(/\p{Cc}+/gu, ' ').trim();
  if (shown.length > MAX_CHARS) return { refused: `more than ${MAX_CHARS} characters` };
  const lower = shown.toLowerCase();
  return BLOCKED.some((word) => lower.includes(word)) ? { refused: 'this is not said here' } : { text: shown };
}
