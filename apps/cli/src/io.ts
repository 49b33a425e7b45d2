import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Where a command writes. */
export interface Output {
  readonly isTerminal: boolean;
  readonly hasColors: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Resolves when more may be written, at once or after the reader has caught up: whoever awaits it holds no memory. */
  readonly write: (text: string) => Promise<void>;
}

/** All a command knows of the world around it but the network. */
export interface Io {
  readonly out: Output;
  readonly err: Output;
  /** Folder the search for `.longwire/ready.json` begins in. */
  readonly folder: string;
  /** Aborted by Ctrl-C, SIGTERM, and a reader of stdout that went away. */
  readonly signal: AbortSignal;
  /** True when somebody can be asked. */
  readonly isInteractive: boolean;
  readonly ask: (question: string) => Promise<string>;
  readonly readStdin: () => Promise<string>;
}

/** The real one. */
export function processIo(): Io {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      // Asked twice: whatever it still waits for is not worth it.
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort(name);
    });
  }
  const { signal } = stopping;
  return {
    out: outputOf(process.stdout, stopping),
    err: outputOf(process.stderr, stopping),
    folder: process.cwd(),
    signal,
    isInteractive: process.stdin.isTTY && process.stderr.isTTY,
    ask: (question) => ask(question, signal),
    readStdin,
  };
}

function outputOf(stream: NodeJS.WriteStream, stopping: AbortController): Output {
  let isGone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isGone = true;
    stopping.abort('EPIPE');
  });
  return {
    isTerminal: stream.isTTY,
    hasColors: stream.isTTY && stream.hasColors(),
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    async write(text) {
      if (isGone || stream.write(text)) return;
      await once(stream, 'drain', { signal: stopping.signal }).catch(() => undefined);
    },
  };
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal });
  } finally {
    lines.close();
  }
}

async function readStdin(): Promise<string> {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += String(chunk);
  return text;
}
