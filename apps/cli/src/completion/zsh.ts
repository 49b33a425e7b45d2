import type { CompletionNode, CompletionOption, CompletionTree } from './tree.ts';

/** Completion for zsh, with a description beside each word. */
export function zshScript(tree: CompletionTree): string {
  return `#compdef longwire
# longwire completion for zsh: source <(longwire completion zsh)
_longwire() {
  local where="" word previous="\${words[CURRENT-1]}"
  for word in \${words[2,CURRENT-1]}; do
    case "\${where:+$where }$word" in
      (${pathsOf(tree).map(quote).join('|')}) where="\${where:+$where }$word" ;;
    esac
  done
  case "$where $previous" in
${tree.flatMap(valueCases).join('\n')}
  esac
  local -a candidates
  case "$where" in
${tree.map((node) => `    (${quote(node.path)}) candidates=(${candidatesOf(node).map(quote).join(' ')}) ;;`).join('\n')}
  esac
  _describe longwire candidates || _files
}
(( $+functions[compdef] )) && compdef _longwire longwire
`;
}

function pathsOf(tree: CompletionTree): readonly string[] {
  return tree.map(({ path }) => path).filter((path) => path !== '');
}

function valueCases({ path, options }: CompletionNode): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const patterns = flags.map((flag) => quote(`${path} ${flag}`)).join('|');
      return `    (${patterns}) ${choices.length === 0 ? '_files' : `compadd -- ${choices.join(' ')}`}; return ;;`;
    });
}

/** `word:what it does`, as _describe takes it. */
function candidatesOf({ commands, options, choices }: CompletionNode): readonly string[] {
  return [
    ...commands.map(({ name, about }) => described(name, about)),
    ...choices,
    ...options.flatMap(({ flags, about }: CompletionOption) => flags.map((flag) => described(flag, about))),
  ];
}

function described(word: string, about: string): string {
  return `${word.replaceAll(':', String.raw`\:`)}:${about}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
