import { pathPattern, quote, valueCases } from './case-patterns.ts';
import type { CompletionNode, CompletionOption, CompletionTree } from './tree.ts';

/** Completion for zsh, with a description beside each word. */
export function zshScript(tree: CompletionTree): string {
  return `#compdef longwire
# longwire completion for zsh: source <(longwire completion zsh)
_longwire() {
  local where="" word previous="\${words[CURRENT-1]}"
  for word in \${words[2,CURRENT-1]}; do
    case "\${where:+$where }$word" in
      ${pathPattern(tree)} where="\${where:+$where }$word" ;;
    esac
  done
  case "$where $previous" in
${valueCases(tree, valueReply)}
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

/** The choices, or a file name. */
function valueReply(choices: readonly string[]): string {
  return choices.length === 0 ? '_files' : `compadd -- ${choices.join(' ')}`;
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
