import { readFileSync } from 'node:fs';
import type { BenchReport } from '../core/result.ts';

/** A report that an earlier run wrote. JSON writes NaN, a run without samples, as null; here it is NaN again. */
export function readReport(file: string): BenchReport {
  const report = JSON.parse(readFileSync(file, 'utf8'), (_, value: unknown) =>
    value === null ? Number.NaN : value,
  ) as Partial<BenchReport>;
  if (report.format !== 1 || !Array.isArray(report.results)) throw new Error(`${file} is no report of this bench`);
  return report as BenchReport;
}
