import stringWidth from 'string-width';

const words = new Intl.Segmenter();

/** The text cut to so many columns, with `…` where something is missing. Counts wide characters as two. No colours in it. */
export function fit(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  let width = 1;
  for (const { segment } of words.segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept}…`;
}

/** The text filled up with blanks to so many columns, or cut. */
export function cell(text: string, columns: number): string {
  const fitted = fit(text, columns);
  return fitted + ' '.repeat(Math.max(0, columns - stringWidth(fitted)));
}
