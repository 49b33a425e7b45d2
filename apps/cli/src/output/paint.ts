import { styleText } from 'node:util';
import type { Output } from '../io.ts';

type Style = Parameters<typeof styleText>[0];

/** Colours for an output that shows them; for all others (NO_COLOR, a pipe, a file) the text as it is. */
export type Paint = (style: Style, text: string) => string;

export function paintFor({ hasColors }: Output): Paint {
  return (style, text) => (hasColors ? styleText(style, text, { validateStream: false }) : text);
}
