import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readReport } from '../report/read-report.ts';
import { compareReports, GATE_MARGINS } from './compare.ts';
import type { BenchReport, Finding } from './result.ts';

function reportOf(findings: readonly Partial<Finding>[]): BenchReport {
  const whole = findings.map((finding) => ({ key: 'k', row: 1, what: 'w', unit: 'x', isRatio: true, ...finding }));
  const results = [{ scenario: 's', findings: whole, charts: [], tookMs: 1 }];
  const rest = { startedAt: '', isQuick: true, seed: 1, command: '', machine: {}, versions: {}, skipped: [] };
  return { format: 1, ...rest, results };
}

test('against an older run only ratios count, and only beyond the margin, on the side away from the goal', () => {
  const before = reportOf([
    { key: 'cost', value: 1, goal: { atMost: 2 } },
    { key: 'share', value: 10, goal: { atLeast: 10 } },
    { key: 'better', value: 1, goal: { atMost: 2 } },
    { key: 'time', value: 1, isRatio: false },
    { key: 'bytes', value: 1, isCounted: true },
  ]);
  const after = reportOf([
    { key: 'cost', value: 1.4, goal: { atMost: 2 } },
    { key: 'share', value: 6, goal: { atLeast: 10 } },
    { key: 'better', value: 0.2, goal: { atMost: 2 } },
    { key: 'time', value: 100, isRatio: false },
    { key: 'new', value: 1 },
    { key: 'bytes', value: 1.2, isCounted: true },
  ]);
  const changes = compareReports(before, after, { counted: 0.1, timed: 0.3 });
  assert.deepEqual(
    changes.map(({ key, verdict }) => [key, verdict]),
    [
      ['cost', 'worse'],
      ['share', 'worse'],
      ['better', 'fine'],
      ['bytes', 'worse'],
    ],
  );
});

test('a ratio that the older run has and the newer has not, or has no data for, is no pass', () => {
  const held = { value: 1, goal: { atMost: 2 } };
  const before = reportOf(['gone', 'unmeasured', 'no-data', 'no-peer', 'kept'].map((key) => ({ ...held, key })));
  const after = reportOf([
    { key: 'unmeasured', note: 'no batch went out' },
    { key: 'no-data', value: Number.NaN },
    { key: 'no-peer', isPeerAbsent: true },
    { key: 'kept', value: 1 },
  ]);
  assert.deepEqual(
    compareReports(before, after).map(({ key, verdict }) => [key, verdict]),
    [
      ['gone', 'missing'],
      ['unmeasured', 'missing'],
      ['no-data', 'worse'],
      ['no-peer', 'no-peer'],
      ['kept', 'fine'],
    ],
  );
});

test('a margin holds at its bound, to both sides', () => {
  const verdicts = (goal: Finding['goal'], values: readonly number[]): readonly string[] =>
    values.map((value) => {
      const [one, two] = [
        reportOf([{ value: 1, ...(goal && { goal }) }]),
        reportOf([{ value, ...(goal && { goal }) }]),
      ];
      return compareReports(one, two, { counted: 0.1, timed: 1 })
        .map(({ verdict }) => verdict)
        .join(' ');
    });
  assert.deepEqual(verdicts({ atMost: 1 }, [2, 2.01, 0.1]), ['fine', 'worse', 'fine']);
  assert.deepEqual(verdicts({ atLeast: 1 }, [0.5, 0.49, 3]), ['fine', 'worse', 'fine']);
  assert.deepEqual(verdicts(undefined, [2, 2.01]), ['fine', 'worse']);
});

test('the committed baseline passes against itself, and against a run without any one of its ratios it does not', () => {
  const baseline = readReport(fileURLToPath(new URL('../baseline.json', import.meta.url)));
  const without = (key: string): BenchReport => ({
    ...baseline,
    results: baseline.results.map((result) => ({
      ...result,
      findings: result.findings.filter((finding) => finding.key !== key),
    })),
  });
  const held = compareReports(baseline, baseline, GATE_MARGINS);
  assert.ok(held.length >= 10, `${held.length} ratios are held`);
  assert.deepEqual(
    held.filter(({ verdict }) => verdict !== 'fine'),
    [],
  );
  for (const { key } of held) {
    const changes = compareReports(baseline, without(key), GATE_MARGINS);
    assert.deepEqual(
      changes.filter(({ verdict }) => verdict !== 'fine').map((each) => [each.key, each.verdict]),
      [[key, 'missing']],
    );
  }
});
