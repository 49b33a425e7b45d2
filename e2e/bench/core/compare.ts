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

/** Ratios may move by so much between two runs of the same code before it counts as worse. */
export const DEFAULT_MARGIN = 0.3;

/**
 * Compares the ratios that both reports have. Times are left alone: the other run may have been on another machine.
 * A ratio is worse when it moved away from its goal's side by more than the margin.
 */
export function compareReports(before: BenchReport, after: BenchReport, margin = DEFAULT_MARGIN): readonly Change[] {
  const old = new Map(ratiosOf(before).map((finding) => [finding.key, finding]));
  return ratiosOf(after).flatMap((finding) => {
    const previous = old.get(finding.key)?.value;
    const { value } = finding;
    if (previous === undefined || value === undefined || !(previous > 0)) return [];
    const factor = value / previous;
    const wantsMore = finding.goal !== undefined && 'atLeast' in finding.goal;
    const isWorse = wantsMore ? factor < 1 - margin : factor > 1 + margin;
    return [{ key: finding.key, what: finding.what, before: previous, after: value, factor, isWorse }];
  });
}

function ratiosOf(report: BenchReport): readonly Finding[] {
  return report.results.flatMap((result) => result.findings.filter((finding) => finding.isRatio));
}
