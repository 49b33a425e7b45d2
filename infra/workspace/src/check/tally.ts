import { isMissingRealThing, readTestOutput } from './node-test-output.ts';

/** One finished step: an nx task or a command of the runner itself. */
export type StepResult = {
  readonly name: string;
  readonly kind: 'check' | 'tests';
  readonly exitCode: number;
  readonly output: string;
};

/** What the closing lines of `npm test` say. */
export type Tally = {
  readonly passed: number;
  readonly failed: number;
  readonly skips: readonly string[];
  readonly failures: readonly string[];
};

const nothing: Tally = { passed: 0, failed: 0, skips: [], failures: [] };

/**
 * Adds up steps. A check counts once. A step of tests counts each test, and is a failure of its own when it exits
 * non-zero without a failed test, or ran no test at all: a glob that matches nothing must not be green.
 */
export function tallyOf(steps: readonly StepResult[], isCi: boolean): Tally {
  return steps.map((step) => (step.kind === 'check' ? tallyCheck(step) : tallyTests(step, isCi))).reduce(add, nothing);
}

function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skips: [...a.skips, ...b.skips],
    failures: [...a.failures, ...b.failures],
  };
}

function tallyCheck({ name, exitCode }: StepResult): Tally {
  return exitCode === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: 1, failures: [name] };
}

function tallyTests({ name, exitCode, output }: StepResult, isCi: boolean): Tally {
  const counts = readTestOutput(output);
  const describeSkip = (skip: { name: string; reason: string }) =>
    `${name}: ${skip.name} (${skip.reason || 'no reason'})`;
  const forbidden = counts.skips.filter((skip) => isCi && isMissingRealThing(skip));
  const problems = [
    ...(counts.failed > 0 ? [`${name}: ${counts.failed} failed${listed(counts.failures)}`] : []),
    ...(counts.failed === 0 && exitCode !== 0 ? [`${name}: exit code ${exitCode} without a failed test`] : []),
    ...(counts.tests === 0 && exitCode === 0 ? [`${name}: ran no tests`] : []),
    ...forbidden.map((skip) => `skipped in CI: ${describeSkip(skip)}`),
  ];
  const own = counts.failed === 0 && (exitCode !== 0 || counts.tests === 0) ? 1 : 0;
  return {
    passed: counts.passed,
    failed: counts.failed + own + forbidden.length,
    skips: counts.skips.filter((skip) => !forbidden.includes(skip)).map(describeSkip),
    failures: problems,
  };
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n${names.map((each) => `      ${each}`).join('\n')}`;
}

/** The closing line: `N passed, N failed` and `, N skipped` when there were any. */
export function closingLine({ passed, failed, skips }: Tally): string {
  return `${passed} passed, ${failed} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`;
}
