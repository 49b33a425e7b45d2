import { stripVTControlCharacters } from 'node:util';

/** A test that did not run, and why. */
export type Skip = { readonly name: string; readonly reason: string };

/** What the output of one or more `node --test` runs says. `summaries` is 0 when no run got as far as its summary. */
export type TestCounts = {
  readonly summaries: number;
  readonly tests: number;
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly Skip[];
  readonly failures: readonly string[];
};

// "ℹ pass 5" of the spec reporter, "# pass 5" of the tap reporter.
const summaryLine = /^[ℹ#] (tests|pass|fail|cancelled|skipped|todo) (\d+)$/;
// Spec: "  ﹣ name (0.2ms) # reason"; tap: "    ok 2 - name # SKIP reason".
const specSkip = /^\s*﹣ (.*) \([\d.]+ms\)(?: # (.*))?$/;
const tapSkip = /^\s*ok \d+ - (.*) # SKIP ?(.*)$/;
const specFailure = /^\s*✖ (.*) \([\d.]+ms\)/;
const tapFailure = /^\s*not ok \d+ - (.*?)(?: # .*)?$/;

/**
 * Sums what `node --test` printed, by the spec or the tap reporter, coloured or not.
 * A cancelled test counts as failed; a todo counts as skipped.
 */
export function readTestOutput(output: string): TestCounts {
  const lines = stripVTControlCharacters(output).split('\n');
  const sums: Record<string, number> = {};
  for (const line of lines) {
    const [, key, count] = summaryLine.exec(line.trim()) ?? [];
    if (key !== undefined) sums[key] = (sums[key] ?? 0) + Number(count);
  }
  const { pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0, tests = 0 } = sums;
  return {
    summaries: lines.filter((line) => /^[ℹ#] tests \d+$/.test(line.trim())).length,
    tests,
    passed: pass,
    failed: fail + cancelled,
    skips: padSkips(readSkips(lines), skipped + todo),
    failures: readFailures(lines),
  };
}

function readSkips(lines: readonly string[]): Skip[] {
  return lines.flatMap((line) => {
    const [, name, reason = ''] = specSkip.exec(line) ?? tapSkip.exec(line) ?? [];
    return name === undefined ? [] : [{ name, reason }];
  });
}

// The count is what counts: a skip whose line was not recognised still shows up.
function padSkips(skips: readonly Skip[], count: number): readonly Skip[] {
  const unnamed = Math.max(0, count - skips.length);
  return [...skips, ...Array.from({ length: unnamed }, () => ({ name: '(unnamed or todo)', reason: '' }))];
}

function readFailures(lines: readonly string[]): string[] {
  const names = lines.flatMap((line) => (specFailure.exec(line) ?? tapFailure.exec(line))?.[1] ?? []);
  return [...new Set(names)];
}

/** True for a skip whose reason is a real server or browser that is not there; CI does not accept those. */
export function isMissingRealThing(skip: Skip): boolean {
  return /\bneeds (a real )?(nats-server|redis-server|chromium)\b/i.test(skip.reason);
}
