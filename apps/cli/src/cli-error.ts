/** What the exit code says; the README has the same table. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export interface CliErrorOptions {
  /** What to do about it. */
  readonly hint?: string | undefined;
  readonly exitCode?: number;
  /** Of the API: `unknown-node`. */
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  readonly cause?: unknown;
}

/** A failure that is told in one line: what failed and why, and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly hint: string | undefined;
  readonly exitCode: number;
  readonly code: string | undefined;
  readonly status: number | undefined;

  constructor(message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.failed;
    this.code = options.code;
    this.status = options.status;
  }

  /** As `--json` shows it. */
  toJSON(): object {
    const { message, code, status, hint } = this;
    return { error: { message, code, status, hint } };
  }
}

/** What was typed makes no sense: exit code 2. */
export function usageError(message: string, hint?: string): CliError {
  return new CliError(message, { hint, exitCode: EXIT.usage });
}
