/** What a message is worth when a room gets more than it may: `keep` stays, `low` goes first. */
export const MESSAGE_CLASSES = ['keep', 'normal', 'low'] as const;
export type MessageClass = (typeof MESSAGE_CLASSES)[number];

/** `cmd`s by name; one that ends in `*` stands for all that begin so. What neither list names is `normal`. */
export interface ClassRules {
  readonly keepCmds: readonly string[];
  readonly lowCmds: readonly string[];
}

/** Most payloads begin with their `cmd`; the others are read whole. */
const LEADING_CMD = /^\s*\{\s*"cmd"\s*:\s*"([^"\\]{1,128})"/;
const HEAD_BYTES = 192;

type Matcher = (cmd: string) => boolean;

function matcherOf(patterns: readonly string[]): Matcher {
  const names = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
  const starts = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  return (cmd) => names.has(cmd) || starts.some((start) => cmd.startsWith(start));
}

/** Says the class of a payload, the text of a JSON object. One that both lists name is kept. Never throws. */
export function createClassifier({ keepCmds, lowCmds }: ClassRules): (payload: Uint8Array) => MessageClass {
  const isKept = matcherOf(keepCmds);
  const isLow = matcherOf(lowCmds);
  return (payload) => {
    const cmd = cmdOf(payload);
    if (isKept(cmd)) return 'keep';
    return isLow(cmd) ? 'low' : 'normal';
  };
}

function cmdOf(payload: Uint8Array): string {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  const leading = LEADING_CMD.exec(bytes.toString('utf8', 0, HEAD_BYTES))?.[1];
  if (leading !== undefined) return leading;
  try {
    const { cmd } = JSON.parse(bytes.toString()) as { readonly cmd?: unknown };
    return typeof cmd === 'string' ? cmd : '';
  } catch {
    // Not the text of an object: the window refuses and counts it.
    return '';
  }
}
