import Table from 'cli-table3';
import type { Change } from '../core/compare.ts';
import type { BenchReport } from '../core/result.ts';
import { spread } from '../core/statistics.ts';
import { describeGoal, judge } from '../core/verdict.ts';
import { formatSpread, formatValue } from './format.ts';

const MARKS = { reached: 'reached', missed: 'MISSED', info: '', absent: 'absent' } as const;
const CHANGE_MARKS = { fine: '', worse: 'WORSE', missing: 'MISSING', 'no-peer': 'no peer' } as const;
const NOTE_CHARS = 70;

/** All numbers, in the order of the table of goals. */
export function renderTable(report: BenchReport): string {
  const table = new Table({
    head: ['#', 'what', 'value', 'spread', 'goal', 'verdict', 'note'],
    style: { head: [], border: [] },
    colWidths: [null, null, null, null, null, null, NOTE_CHARS],
    wordWrap: true,
  });
  const findings = report.results.flatMap((result) => result.findings);
  for (const finding of findings.toSorted((left, right) => left.row - right.row)) {
    const { row, what, value, unit, goal, rounds = [], note = '' } = finding;
    const shown = value === undefined ? '-' : `${formatValue(value)} ${unit}`.trim();
    table.push([row, what, shown, formatSpread(spread(rounds)), describeGoal(goal), MARKS[judge(value, goal)], note]);
  }
  return table.toString();
}

export function renderChanges(changes: readonly Change[]): string {
  const table = new Table({ head: ['what', 'before', 'now', 'factor', ''], style: { head: [], border: [] } });
  for (const { what, before, after, factor, verdict } of changes) {
    table.push([what, formatValue(before), formatValue(after), formatValue(factor), CHANGE_MARKS[verdict]]);
  }
  return table.toString();
}
