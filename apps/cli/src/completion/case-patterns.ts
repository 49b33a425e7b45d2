import { pathsOf } from './tree.ts';
import type { CompletionTree } from './tree.ts';

/** A pattern of `case` that matches the path of every command, for bash and zsh alike. */
export function pathPattern(tree: CompletionTree): string {
  return patternOf(pathsOf(tree));
}

/** Cases over `<path> <word before>`: what is said after each option that takes a value, by the choices that there are. */
export function valueCases(tree: CompletionTree, replyTo: (choices: readonly string[]) => string): string {
  const cases = tree.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(
        ({ flags, choices }) =>
          `    ${patternOf(flags.map((flag) => `${path} ${flag}`))} ${replyTo(choices)}; return ;;`,
      ),
  );
  return cases.join('\n');
}

/** One word for bash and zsh. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function patternOf(texts: readonly string[]): string {
  // Without blanks: zsh takes them for a part of the pattern.
  return `(${texts.map(quote).join('|')})`;
}
