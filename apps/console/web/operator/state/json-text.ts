import { MAX_PAYLOAD_BYTES } from '@longwire/domain';

export interface JsonFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export type PayloadFault =
  | { readonly kind: 'syntax'; readonly at: JsonFault | undefined }
  | { readonly kind: 'no-object' }
  | { readonly kind: 'no-cmd' }
  | { readonly kind: 'too-large'; readonly bytes: number };

/** What keeps a text from being a payload; undefined when nothing does. */
export function payloadFault(text: string): PayloadFault | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (fault) {
    return { kind: 'syntax', at: placeOf(text, String(fault)) };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'no-object' };
  const { cmd } = value as { readonly cmd?: unknown };
  if (typeof cmd !== 'string' || cmd === '') return { kind: 'no-cmd' };
  const bytes = new TextEncoder().encode(text).byteLength;
  return bytes > MAX_PAYLOAD_BYTES ? { kind: 'too-large', bytes } : undefined;
}

/** Where the parser stopped, from its message: engines name a position, a line and column, or the end. */
function placeOf(text: string, message: string): JsonFault | undefined {
  const named = /line (\d+) column (\d+)/.exec(message);
  if (named !== null) return { line: Number(named[1]), column: Number(named[2]) };
  const position = /position (\d+)/.exec(message);
  const offset = position === null ? (/end of/i.test(message) ? text.length : undefined) : Number(position[1]);
  if (offset === undefined) return undefined;
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

/** The text with two blanks a level. Numbers and strings stay as they are written, long ones too. */
export function indented(text: string): string {
  JSON.parse(text);
  let out = '';
  let depth = 0;
  const newline = (): string => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    const isEmpty = (token === '{' && tokens[index + 1] === '}') || (token === '[' && tokens[index + 1] === ']');
    const closesEmpty = (token === '}' && tokens[index - 1] === '{') || (token === ']' && tokens[index - 1] === '[');
    if (token === '{' || token === '[') {
      depth += 1;
      out += isEmpty ? token : token + newline();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      out += closesEmpty ? token : newline() + token;
    } else if (token === ',') out += token + newline();
    else out += token === ':' ? ': ' : token;
  }
  return out;
}
