import type { MergedFinding, MergedRuns } from '../core/merge-runs.ts';
import { describeGoal } from '../core/verdict.ts';
import { formatValue } from './format.ts';

const HEAD = ['#', 'what', 'median', 'min - max', 'goal', 'verdict'];
const MIN_DASHES = 3;
const DAY_CHARS = '2026-01-01'.length;

/** Several runs as the README shows them: how they were made, what has a goal, what was measured beside it. */
export function renderRuns(merged: MergedRuns): string {
  const withGoal = merged.findings.filter(({ goal }) => goal !== undefined);
  const others = merged.findings.filter(({ goal }) => goal === undefined);
  return [
    factsOf(merged),
    ...(withGoal.length === 0 ? [] : [renderRows(HEAD, withGoal.map(cellsOf))]),
    ...(others.length === 0
      ? []
      : [
          'Without a goal:',
          renderRows(
            HEAD.slice(0, 4),
            others.map((finding) => cellsOf(finding).slice(0, 4)),
          ),
        ]),
  ].join('\n\n');
}

/** Puts `block` between `<!-- name -->` and `<!-- /name -->`; throws when the text has no such place. */
export function replaceBlock(text: string, name: string, block: string): string {
  const place = new RegExp(`(<!-- ${name} -->)[^]*(<!-- /${name} -->)`);
  if (!place.test(text)) throw new Error(`there is no block <!-- ${name} -->`);
  return text.replace(place, (_, before: string, after: string) => `${before}\n\n${block}\n\n${after}`);
}

function factsOf({ runs, isQuick, commands, seeds, startedAt, machine, loadsBefore, versions, skipped }: MergedRuns) {
  const days = [...new Set([startedAt.at(0), startedAt.at(-1)].map((at) => at?.slice(0, DAY_CHARS)))];
  const lines = [
    `${runs} ${isQuick ? 'quick' : 'full'} runs, ${days.join(' to ')}: ${commands.map((each) => `\`${each}\``).join(', ')}, seed ${seeds.join(', ')}`,
    `machine: ${list(machine)}; load before each run: ${loadsBefore.join(', ')}`,
    `peers: ${list(versions)}`,
    ...skipped.map((what) => `left out: ${what}`),
  ];
  return lines.map((line) => `- ${line}`).join('\n');
}

function list(facts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  return entries.length === 0 ? 'none' : entries.join(', ');
}

function cellsOf(finding: MergedFinding): readonly string[] {
  const { row, what, unit, goal, median, lowest, highest } = finding;
  const range = lowest === undefined ? '' : `${formatValue(lowest)} - ${formatValue(highest)}`;
  const shown = Number.isFinite(median) ? `${formatValue(median)} ${unit}`.trim() : formatValue(median);
  return [String(row), what, shown, range, describeGoal(goal), describeVerdict(finding)];
}

/** `reached`, or `reached (missed in 1 of 3)` when the runs do not agree. */
function describeVerdict({ verdict, verdicts, note }: MergedFinding): string {
  if (verdict === 'absent') return note === '' ? 'absent' : `absent: ${note}`;
  const others = [...new Set(verdicts)].filter((each) => each !== verdict);
  const counted = others.map((other) => {
    const times = verdicts.filter((each) => each === other).length;
    return `${other} in ${times} of ${verdicts.length}`;
  });
  return counted.length === 0 ? verdict : `${verdict} (${counted.join(', ')})`;
}

/** A table as the formatter would write it: each column as wide as its widest cell, and its line of dashes. */
function renderRows(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', String.raw`\|`)));
  const widths = head.map((_, column) => Math.max(MIN_DASHES, ...all.map((cells) => cells[column]?.length ?? 0)));
  const lines = all.map((cells) => lineOf(cells.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  lines.splice(1, 0, lineOf(widths.map((width) => '-'.repeat(width))));
  return lines.join('\n');
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
