import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { eventually } from '@longwire/testkit';

export interface ProgramOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Written to its standard input, which then ends; without it there is none. */
  readonly input?: string;
  /** Default: the Node that runs the tests. */
  readonly command?: string;
}

export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A program under test, as somebody runs it: a process with arguments, an environment and its output. */
export class Program {
  out = '';
  err = '';
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess;
  readonly #name: string;

  constructor(args: readonly string[], { env, cwd, input, command = process.execPath }: ProgramOptions = {}) {
    this.#name = args.join(' ');
    this.#child = spawn(command, args, {
      env: { ...process.env, ...env },
      ...(cwd !== undefined && { cwd }),
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    children.add(this.#child);
    this.#child.stdin?.end(input);
    this.#child.stdout?.on('data', (chunk: Buffer) => (this.out += chunk.toString()));
    this.#child.stderr?.on('data', (chunk: Buffer) => (this.err += chunk.toString()));
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        children.delete(this.#child);
        resolve({ code, signal, out: this.out, err: this.err });
      });
    });
  }

  /** Waits until it has printed that. */
  async hasPrinted(pattern: RegExp): Promise<RegExpExecArray> {
    let found: RegExpExecArray | null = null;
    const what = (): string => `${this.#name} to print ${pattern}; it printed ${this.out}${this.err}`;
    await eventually(
      () => {
        found = pattern.exec(this.out) ?? pattern.exec(this.err);
        return found !== null;
      },
      { what: what() },
    ).catch((cause: unknown) => {
      throw new Error(`waited for ${what()}`, { cause });
    });
    return found as unknown as RegExpExecArray;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGTERM, and how it ended. */
  async stop(): Promise<ProgramEnd> {
    this.signal('SIGTERM');
    const force = setTimeout(() => this.signal('SIGKILL'), 10_000);
    const end = await this.ended;
    clearTimeout(force);
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
