export type Command = 'run' | 'check-config' | 'print-config' | 'help';

const COMMANDS: Readonly<Record<string, Command>> = {
  '--check-config': 'check-config',
  '--print-config': 'print-config',
  '--help': 'help',
};

/** What the command line asks for; undefined when it has something that is not known. */
export function parseFlags(args: readonly string[]): Command | undefined {
  if (args.length > 1) return undefined;
  const [flag] = args;
  return flag === undefined ? 'run' : COMMANDS[flag];
}

/** The flags, as told when an unknown one is met. */
export const KNOWN_FLAGS = Object.keys(COMMANDS).join(', ');
