import type { CompletionNode, CompletionTree } from './tree.ts';

/** Completion for bash 4 and later. What it knows nothing of completes to file names. */
export function bashScript(tree: CompletionTree): string {
  return `# longwire completion for bash: source <(longwire completion bash)
_longwire() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path="" word index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    case "\${path:+$path }$word" in
      ${pathsOf(tree).map(quote).join(' | ')}) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path $previous" in
${tree.flatMap(valueCases).join('\n')}
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

function pathsOf(tree: CompletionTree): readonly string[] {
  return tree.map(({ path }) => path).filter((path) => path !== '');
}

/** After an option that takes a value: its choices, or nothing, which is a file name. */
function valueCases({ path, options }: CompletionNode): string[] {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const patterns = flags.map((flag) => quote(`${path} ${flag}`)).join(' | ');
      const reply =
        choices.length === 0 ? 'COMPREPLY=()' : `COMPREPLY=($(compgen -W ${quote(choices.join(' '))} -- "$current"))`;
      return `    ${patterns}) ${reply}; return ;;`;
    });
}

function wordsOf({ commands, options, choices }: CompletionNode): readonly string[] {
  return [...commands.map(({ name }) => name), ...choices, ...options.flatMap(({ flags }) => flags)];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
