import { pathsOf } from './tree.ts';
import type { CompletionNode, CompletionTree } from './tree.ts';

/** Completion for fish, with a description beside each word. */
export function fishScript(tree: CompletionTree): string {
  return `# longwire completion for fish: longwire completion fish | source
function __longwire_at
    set -l path
    for word in (commandline -opc)[2..-1]
        switch (string join -- ' ' $path $word)
            case ${pathsOf(tree).map(quote).join(' ')}
                set path $path $word
        end
    end
    test "$path" = "$argv[1]"
end
complete -c longwire -f
${tree.flatMap(linesOf).join('\n')}
`;
}

function linesOf({ path, commands, options, choices }: CompletionNode): string[] {
  const head = `complete -c longwire -n ${quote(`__longwire_at ${quote(path)}`)}`;
  return [
    ...commands.map(({ name, about }) => `${head} -a ${quote(name)} -d ${quote(about)}`),
    ...(choices.length === 0 ? [] : [`${head} -a ${quote(choices.join(' '))}`]),
    ...options.map(({ flags, about, takesValue, choices: values }) => {
      const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
      const value = values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : takesValue ? ' -r -F' : '';
      return `${head} ${names.join(' ')}${value} -d ${quote(about)}`;
    }),
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
