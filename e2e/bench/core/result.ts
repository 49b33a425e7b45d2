import type { CurvePoint } from './latency-histogram.ts';
import type { Goal } from './verdict.ts';

/** One number of the table. */
export interface Finding {
  /** Stable name by which runs are compared: `fan-out.cpu.vs-floor`. */
  readonly key: string;
  /** Row of the table of goals that it belongs to; 0 for what has no goal. */
  readonly row: number;
  readonly what: string;
  /** Undefined when it could not be measured; `note` says why. */
  readonly value?: number;
  readonly unit: string;
  readonly goal?: Goal;
  /** One value per round, where there were rounds. */
  readonly rounds?: readonly number[];
  /** Ratios travel between machines; times and rates do not. Only ratios are held against an older run. */
  readonly isRatio: boolean;
  /** Counted, not timed: the same on every machine and in each run but for rounding. */
  readonly isCounted?: boolean;
  /** Depends on what else the machine does by more than the gate's margin: held by a look at the table alone. */
  readonly isRestless?: boolean;
  /** There is no value because this machine lacks the peer that it is measured against. */
  readonly isPeerAbsent?: boolean;
  readonly note?: string;
}

export interface LineChart {
  readonly kind: 'latency';
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly points: readonly CurvePoint[] }[];
}

export interface BarChart {
  readonly kind: 'bars';
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly { readonly name: string; readonly value: number }[];
}

export type Chart = LineChart | BarChart;

export interface ScenarioResult {
  readonly scenario: string;
  readonly findings: readonly Finding[];
  readonly charts: readonly Chart[];
  readonly tookMs: number;
}

export interface BenchReport {
  readonly format: 1;
  readonly startedAt: string;
  readonly isQuick: boolean;
  readonly seed: number;
  readonly command: string;
  readonly machine: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
  readonly results: readonly ScenarioResult[];
  /** What was left out, and why. */
  readonly skipped: readonly string[];
}
