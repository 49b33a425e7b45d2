import { pathPattern, quote, valueCases } from './case-patterns.ts';
import type { CompletionNode, CompletionTree } from './tree.ts';

/** Completion for bash 4 and later. What it knows nothing of completes to file names. */
export function bashScript(tree: CompletionTree): string {
  return `# longwire completion for bash: source <(longwire completion bash)
_longwire() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "\${path:+$path }$word" in
      ${pathPattern(tree)} path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $previous" in
${valueCases(tree, valueReply)}
  esac
  local words=""
  case "$path" in
${tree.map((node) => `    ${quote(node.path)}) words=${quote(wordsOf(node).join(' '))} ;;`).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _longwire longwire
`;
}

/** The choices, or nothing, which is a file name. */
function valueReply(choices: readonly string[]): string {
  return choices.length === 0 ? 'COMPREPLY=()' : `COMPREPLY=($(compgen -W ${quote(choices.join(' '))} -- "$current"))`;
}

function wordsOf({ commands, options, choices }: CompletionNode): readonly string[] {
  return [...commands.map(({ name }) => name), ...choices, ...options.flatMap(({ flags }) => flags)];
}
