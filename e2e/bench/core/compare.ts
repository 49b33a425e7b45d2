import type { BenchReport, Finding } from './result.ts';

export interface Change {
  readonly key: string;
  readonly what: string;
  readonly before: number;
  /** Undefined when this run does not have it, NaN when it has no data for it. */
  readonly after: number | undefined;
  /** after / before. */
  readonly factor: number | undefined;
  /** `missing` is as bad as `worse`; `no-peer`: this machine lacks what it is measured against. */
  readonly verdict: 'fine' | 'worse' | 'missing' | 'no-peer';
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
 * Holds the ratios of a run against those of an older one. Times are left alone: the other run may have been on another
 * machine. A ratio is worse when it moved away from its goal's side by more than the margin, or has no data any more;
 * it is missing when the older run has it and the newer has not, so that no ratio gets lost unnoticed. Ratios that only
 * the newer run has are not told.
 */
export function compareReports(before: BenchReport, after: BenchReport, margins = DEFAULT_MARGINS): readonly Change[] {
  const now = new Map(ratiosOf(after).map((finding) => [finding.key, finding]));
  return ratiosOf(before).flatMap(({ key, what, value: previous }): readonly Change[] => {
    if (previous === undefined || !(previous > 0)) return [];
    const finding = now.get(key);
    const value = finding?.value;
    const change = { key, what, before: previous, after: value };
    if (finding === undefined || value === undefined) {
      const verdict = finding?.isPeerAbsent === true ? 'no-peer' : 'missing';
      return [{ ...change, factor: undefined, verdict }];
    }
    const factor = value / previous;
    return [{ ...change, factor, verdict: isWithin(factor, finding, margins) ? 'fine' : 'worse' }];
  });
}

/** A factor of NaN is within nothing. */
function isWithin(factor: number, { isCounted, goal }: Finding, margins: Margins): boolean {
  const most = 1 + (isCounted === true ? margins.counted : margins.timed);
  return goal !== undefined && 'atLeast' in goal ? factor >= 1 / most : factor <= most;
}

function ratiosOf(report: BenchReport): readonly Finding[] {
  return report.results.flatMap((result) => result.findings.filter((finding) => finding.isRatio));
}
