import { stripVTControlCharacters } from 'node:util';

/**
 * The lines of one task in what nx printed: those with the prefix `project: ` (output style stream), or the block
 * below `> nx run project:target` (output style static).
 */
export function outputOfTask(output: string, taskId: string): string {
  const lines = stripVTControlCharacters(output).split('\n');
  const prefix = `${taskId.split(':')[0]}: `;
  const prefixed = lines.filter((line) => line.startsWith(prefix)).map((line) => line.slice(prefix.length));
  return prefixed.length > 0 ? prefixed.join('\n') : blockOf(lines, taskId);
}

function blockOf(lines: readonly string[], taskId: string): string {
  const header = `> nx run ${taskId}`;
  const start = lines.findIndex((line) => line.trim() === header || line.trim().startsWith(`${header} `));
  if (start === -1) return '';
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\s*> nx run \S+:/.test(line) || /^\s*NX\s/.test(line));
  return rest.slice(0, end === -1 ? undefined : end).join('\n');
}
