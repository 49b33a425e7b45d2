import { Argument } from 'commander';
import type { Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { treeOf } from '../completion/tree.ts';
import type { CompletionTree } from '../completion/tree.ts';
import { zshScript } from '../completion/zsh.ts';
import type { Io } from '../io.ts';

const SCRIPTS: Readonly<Record<string, (tree: CompletionTree) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

export function addCompletion(program: Command, io: Io): void {
  program
    .command('completion')
    .summary('completion for your shell')
    .description(
      [
        'Prints a script that completes commands and options:',
        '  bash  source <(longwire completion bash)',
        '  zsh   source <(longwire completion zsh)',
        '  fish  longwire completion fish | source',
      ].join('\n'),
    )
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action(async (shell: string) => {
      await io.out.write(SCRIPTS[shell]?.(treeOf(program)) ?? '');
    });
}
