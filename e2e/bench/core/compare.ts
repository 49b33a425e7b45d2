import type { BenchReport, Finding } from './result.ts';

export interface Change {
  readonly key: string;
  readonly what: string;
  readonly before: number;
  readonly after: number;
  /** after / before. */
  readonly factor: number;
  readonly isWorse: boolean;
}

/** By how much ratios may move between two runs of the same code before it counts as worse. */
export interface Margins {
  /** Of counts: bytes, frames. */
  readonly counted: number;
  /** Of CPU and latency, which also depend on what else the machine does. */
  readonly timed: number;
}

export const DEFAULT_MARGINS: Margins = { counted: 0.1, timed: 0.3 };
/** For a machine that nobody keeps quiet: how many batches get brotli's best quality, and so the bytes, depends on what it has left. */
export const GATE_MARGINS: Margins = { counted: 0.25, timed: 1.5 };

/**
 * Compares the ratios that both reports have. Times are left alone: the other run may have been on another machine.
 * A ratio is worse when it moved away from its goal's side by more than the margin.
 */
export function compareReports(before: BenchReport, after: BenchReport, margins = DEFAULT_MARGINS): readonly Change[] {
  const old = new Map(ratiosOf(before).map((finding) => [finding.key, finding]));
  return ratiosOf(after).flatMap((finding) => {
    const previous = old.get(finding.key)?.value;
    const { value } = finding;
    if (previous === undefined || value === undefined || !(previous > 0)) return [];
    const factor = value / previous;
    const margin = finding.isCounted === true ? margins.counted : margins.timed;
    const wantsMore = finding.goal !== undefined && 'atLeast' in finding.goal;
    const isWorse = wantsMore ? factor < 1 / (1 + margin) : factor > 1 + margin;
    return [{ key: finding.key, what: finding.what, before: previous, after: value, factor, isWorse }];
  });
}

function ratiosOf(report: BenchReport): readonly Finding[] {
  return report.results.flatMap((result) => result.findings.filter((finding) => finding.isRatio));
}
