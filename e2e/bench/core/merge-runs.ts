import type { BenchReport, Finding } from './result.ts';
import { median } from './statistics.ts';
import { judge } from './verdict.ts';
import type { Goal, Verdict } from './verdict.ts';

/** One number over several runs. */
export interface MergedFinding {
  readonly key: string;
  readonly row: number;
  readonly what: string;
  readonly unit: string;
  readonly goal: Goal | undefined;
  /** Of the runs that have data; NaN when none has, undefined when it could not be measured in any. */
  readonly median: number | undefined;
  readonly lowest: number | undefined;
  readonly highest: number | undefined;
  /** Of the median. */
  readonly verdict: Verdict;
  /** Of each run, in their order. */
  readonly verdicts: readonly Verdict[];
  /** Why it was absent, where it was. */
  readonly note: string;
}

export interface MergedRuns {
  readonly runs: number;
  readonly isQuick: boolean;
  /** Each once: runs may differ in where they wrote their JSON, which is not part of it. */
  readonly commands: readonly string[];
  readonly seeds: readonly number[];
  readonly startedAt: readonly string[];
  readonly machine: Readonly<Record<string, string>>;
  readonly loadsBefore: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  /** What at least one run left out or failed at. */
  readonly skipped: readonly string[];
  readonly findings: readonly MergedFinding[];
}

const LOAD_BEFORE = 'load before';

/**
 * Every number of several runs of the same bench: median, lowest, highest, and whether the median reaches the goal.
 * Throws when the runs are not of one kind: other sizes, another machine, another version of a peer.
 */
export function mergeRuns(reports: readonly BenchReport[]): MergedRuns {
  const [first] = reports;
  if (first === undefined || reports.length < 2) throw new Error('to merge takes two runs or more');
  if (reports.some(({ isQuick }) => isQuick !== first.isQuick)) throw new Error('quick and full runs do not merge');
  const keys = new Set(reports.flatMap((report) => findingsOf(report).map(({ key }) => key)));
  return {
    runs: reports.length,
    isQuick: first.isQuick,
    commands: distinct(reports.map(({ command }) => command.replace(/ --json[ =]\S+/, '').replace(/ --$/, ''))),
    seeds: distinct(reports.map(({ seed }) => seed)),
    startedAt: reports.map(({ startedAt }) => startedAt).toSorted(),
    machine: agreed(reports.map(({ machine }) => without(machine, LOAD_BEFORE))),
    loadsBefore: reports.flatMap(({ machine: { [LOAD_BEFORE]: load } }) => (load === undefined ? [] : [load])),
    versions: agreed(reports.map(({ versions }) => versions)),
    skipped: distinct(reports.flatMap(({ skipped }) => skipped)),
    findings: [...keys].map((key) => mergeFinding(key, reports)).toSorted((left, right) => left.row - right.row),
  };
}

function mergeFinding(key: string, reports: readonly BenchReport[]): MergedFinding {
  const found = reports.map((report) => findingsOf(report).find((finding) => finding.key === key));
  const known = found.find((finding) => finding !== undefined);
  if (known === undefined) throw new Error(`no run has ${key}`);
  const { row, what, unit, goal } = known;
  const values = found.flatMap((finding) => (finding?.value === undefined ? [] : [finding.value]));
  const numbers = values.filter((value) => Number.isFinite(value));
  const middle = values.length === 0 ? undefined : median(numbers);
  const absent = found.find((finding) => finding?.value === undefined);
  return {
    key,
    row,
    what,
    unit,
    goal,
    median: middle,
    lowest: numbers.length === 0 ? undefined : Math.min(...numbers),
    highest: numbers.length === 0 ? undefined : Math.max(...numbers),
    verdict: judge(middle, goal),
    verdicts: found.map((finding) => judge(finding?.value, goal)),
    note: absent?.note ?? '',
  };
}

function findingsOf(report: BenchReport): readonly Finding[] {
  return report.results.flatMap(({ findings }) => findings);
}

/** The facts of all runs together; throws where two of them say different things of the same. */
function agreed(records: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const [name, value] of records.flatMap((record) => Object.entries(record))) {
    const known = (facts[name] ??= value);
    if (known !== value) throw new Error(`the runs differ in ${name}: ${known}, ${value}`);
  }
  return facts;
}

function without(facts: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).filter(([each]) => each !== name));
}

function distinct<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
