import type { ScenarioResult } from './suite.ts';

const HEAD = ['check', 'measured', 'wanted', ''] as const;
const WIDEST = 100;

/** The table in Markdown, which is as readable on a terminal. */
export function tableOf(results: readonly ScenarioResult[]): string {
  const lines = results
    .flatMap(({ rows }) => rows)
    .map(({ check, measured, wanted, isMet }) => [check, clip(measured), wanted, isMet ? 'ok' : 'FAILED']);
  const all = [[...HEAD], ...lines];
  const widths = HEAD.map((_, column) => Math.max(2, ...all.map((cells) => (cells[column] ?? '').length)));
  const show = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [show(HEAD), rule, ...lines.map(show)].join('\n');
}

/** Rows that are not met. */
export function failuresOf(results: readonly ScenarioResult[]): readonly string[] {
  return results
    .flatMap(({ rows }) => rows)
    .filter(({ isMet }) => !isMet)
    .map(({ check, measured, wanted }) => `${check}: ${measured} (wanted: ${wanted})`);
}

function clip(text: string): string {
  return text.length <= WIDEST ? text : `${text.slice(0, WIDEST - 3)}...`;
}
