import { CommanderError } from 'commander';
import type { Command } from 'commander';
import { CliError, EXIT } from './cli-error.ts';
import type { Io, Output } from './io.ts';
import { paintFor } from './output/paint.ts';
import { plain } from './output/plain.ts';
import { createProgram } from './program.ts';

/** Runs one command line (without the program's name); resolves with the exit code, whatever happens. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io);
  configure(program, io);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return await exitCodeOf(error, io, args.includes('--json'));
  }
}

/** Commander writes through `io`, and throws where it would end the process. */
function configure(command: Command, io: Io): void {
  const write = (output: Output) => (text: string) => void output.write(text);
  command
    .exitOverride()
    .showHelpAfterError('(--help tells more)')
    .configureOutput({
      writeOut: write(io.out),
      writeErr: write(io.err),
      getOutHelpWidth: () => io.out.columns,
      getErrHelpWidth: () => io.err.columns,
      getOutHasColors: () => io.out.hasColors,
      getErrHasColors: () => io.err.hasColors,
    });
  for (const child of command.commands) configure(child, io);
}

async function exitCodeOf(error: unknown, io: Io, isJson: boolean): Promise<number> {
  // Commander has told it already; help that was asked for has code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CliError) {
    await io.err.write(isJson ? `${JSON.stringify(error)}\n` : describe(error, io.err));
    return error.exitCode;
  }
  // What goes on until Ctrl-C has returned by itself; this was to come to an end.
  if (io.signal.aborted) return EXIT.interrupted;
  await io.err.write(`longwire: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.failed;
}

function describe({ message, hint }: CliError, err: Output): string {
  const paint = paintFor(err);
  const line = `${paint('red', 'longwire:')} ${plain(message)}\n`;
  return hint === undefined ? line : `${line}${paint('dim', `  ${plain(hint)}`)}\n`;
}
