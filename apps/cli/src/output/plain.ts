/**
 * Text of others, fit for a terminal: control characters, which could move the cursor or rename the window, and the
 * marks that turn the reading direction are shown as `\u001b`.
 */
export function plain(text: string): string {
  return text.replaceAll(
    // eslint-disable-next-line no-control-regex -- control characters are what it looks for
    /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
