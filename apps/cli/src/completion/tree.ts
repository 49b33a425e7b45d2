import type { Command } from 'commander';

export interface CompletionOption {
  /** `-r` and `--room`, or one of them. */
  readonly flags: readonly string[];
  readonly about: string;
  readonly takesValue: boolean;
  /** The only values there are; empty: any. */
  readonly choices: readonly string[];
}

/** One command with its words, as a shell needs to know it. */
export interface CompletionNode {
  /** Words after the program's name: `users kick`; the program itself is `""`. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly CompletionOption[];
  /** Values of its first argument, where there is a choice. */
  readonly choices: readonly string[];
}

export type CompletionTree = readonly CompletionNode[];

/** The tree of commands, flat. Options of the program are options of every command. */
export function treeOf(program: Command): CompletionTree {
  const common = optionsOf(program);
  const walk = (command: Command, path: string): CompletionNode[] => [
    {
      path,
      commands: command.commands.map((child) => ({ name: child.name(), about: child.summary() })),
      options: command === program ? common : [...optionsOf(command), ...common],
      choices: command.registeredArguments[0]?.argChoices ?? [],
    },
    ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim())),
  ];
  return walk(program, '');
}

function optionsOf(command: Command): CompletionOption[] {
  // Of the program alone: commands have it from there.
  const isHelp = (flag: string | null | undefined): boolean => flag === '--help' && command.parent !== null;
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => !isHelp(long))
    .map(({ short, long, description, argChoices, required, optional }) => ({
      flags: [short, long].filter((flag) => flag !== undefined && flag !== null),
      about: description,
      takesValue: required || optional,
      choices: argChoices ?? [],
    }));
}

/** The paths of all commands but the program itself. */
export function pathsOf(tree: CompletionTree): readonly string[] {
  return tree.map(({ path }) => path).filter((path) => path !== '');
}
