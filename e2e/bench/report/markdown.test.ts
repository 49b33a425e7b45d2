import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mergeRuns } from '../core/merge-runs.ts';
import type { BenchReport, Finding } from '../core/result.ts';
import { mergeIntoReadme } from '../merge-command.ts';
import { renderRuns, replaceBlock } from './markdown.ts';
import { readReport } from './read-report.ts';

const base: BenchReport = {
  format: 1,
  startedAt: '2026-01-01T00:00:00.000Z',
  isQuick: false,
  seed: 1,
  command: 'npm run bench -- --json a.json',
  machine: { cpu: 'a cpu', cores: '2', 'load before': '0.1 0.2 0.3' },
  versions: { 'Socket.IO': '4.8.4' },
  skipped: [],
  results: [],
};

function run(findings: readonly Partial<Finding>[], more: Partial<BenchReport> = {}): BenchReport {
  const whole = findings.map((finding) => ({ key: 'k', row: 1, what: 'w', unit: 'x', isRatio: true, ...finding }));
  return { ...base, ...more, results: [{ scenario: 's', findings: whole, charts: [], tookMs: 1 }] };
}

const cost = { key: 'cost', row: 2, what: 'a cost', goal: { atMost: 2 } };
const time = { key: 'time', row: 1, what: 'a | time', unit: 'us', isRatio: false };
const share = { key: 'share', row: 1, what: 'a share', unit: '', goal: { atLeast: 1 } };
const peer = { key: 'peer', row: 3, what: 'a peer', goal: { atMost: 1 } };
const absent = { ...peer, note: 'not on this machine' };
const three: readonly BenchReport[] = [
  run([{ ...cost, value: 1.5 }, { ...time, value: 1234.4 }, { ...share, value: 1 }, absent]),
  run([{ ...cost, value: 2.5 }, { ...time, value: 0.12345 }, { ...share, value: 1 }, absent], {
    startedAt: '2026-01-02T00:00:00.000Z',
    command: 'npm run bench -- --json b.json',
    machine: { cpu: 'a cpu', cores: '2', 'load before': '1.0 1.0 1.0' },
    versions: {},
  }),
  run([{ ...cost, value: 1.9 }, { ...time, value: 7 }, { ...share, value: 1 }, absent], { skipped: ['what failed'] }),
];

test('of each number the median and the range of all runs are told, and whose verdict differs', () => {
  assert.equal(
    renderRuns(mergeRuns(three)),
    `- 3 full runs, 2026-01-01 to 2026-01-02: \`npm run bench\`, seed 1
- machine: cpu a cpu, cores 2; load before each run: 0.1 0.2 0.3, 1.0 1.0 1.0, 0.1 0.2 0.3
- peers: Socket.IO 4.8.4
- left out: what failed

| #   | what    | median | min - max | goal | verdict                     |
| --- | ------- | ------ | --------- | ---- | --------------------------- |
| 1   | a share | 1      | 1 - 1     | >= 1 | reached                     |
| 2   | a cost  | 1.9 x  | 1.5 - 2.5 | <= 2 | reached (missed in 1 of 3)  |
| 3   | a peer  | -      |           | <= 1 | absent: not on this machine |

Without a goal:

| #   | what      | median | min - max    |
| --- | --------- | ------ | ------------ |
| 1   | a \\| time | 7 us   | 0.123 - 1234 |`,
  );
});

test('a number that a run has no data for is not passed over', () => {
  const [one, two] = [run([{ ...cost, value: 1 }]), run([{ ...cost, value: Number.NaN }])];
  const [finding] = mergeRuns([one, two, run([])]).findings;
  assert.deepEqual(
    [finding?.median, finding?.verdict, finding?.verdicts],
    [1, 'reached', ['reached', 'missed', 'absent']],
  );
  assert.match(renderRuns(mergeRuns([one, two, run([])])), /reached \(missed in 1 of 3, absent in 1 of 3\)/);
  assert.match(renderRuns(mergeRuns([two, two])), /\| no data \| +\| <= 2 \| missed/);
});

test('runs that are not of one kind do not merge', () => {
  const [one] = three;
  assert.ok(one !== undefined);
  assert.throws(() => mergeRuns([one]), /two runs/);
  assert.throws(() => mergeRuns([one, run([], { isQuick: true })]), /quick and full/);
  assert.throws(() => mergeRuns([one, run([], { machine: { cpu: 'a cpu', cores: '4' } })]), /differ in cores: 2, 4/);
  assert.throws(() => mergeRuns([one, run([], { versions: { 'Socket.IO': '5' } })]), /differ in Socket.IO/);
});

test('a block is put where its marks are, whatever is in it', () => {
  assert.equal(replaceBlock('a <!-- x -->old<!-- /x --> b', 'x', '$& 1'), 'a <!-- x -->\n\n$& 1\n\n<!-- /x --> b');
  assert.throws(() => replaceBlock('a', 'x', ''), /no block <!-- x -->/);
});

test('the files of several runs are written into the README, and what is no report is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bench-merge-'));
  try {
    const files = three.map((report, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, JSON.stringify(report));
      return file;
    });
    const readme = join(folder, 'README.md');
    writeFileSync(readme, '# bench\n\n<!-- runs -->\n\n<!-- /runs -->\n');
    mergeIntoReadme(files, readme);
    const text = readFileSync(readme, 'utf8');
    assert.match(text, /^# bench\n\n<!-- runs -->\n\n- 3 full runs[^]*1234 \|\n\n<!-- \/runs -->\n$/);
    const other = join(folder, 'other.json');
    writeFileSync(other, '{}');
    assert.throws(() => mergeIntoReadme([other, other], readme), /other\.json is no report/);
    assert.equal(readFileSync(readme, 'utf8'), text);
    const unmeasured = join(folder, 'nan.json');
    writeFileSync(unmeasured, JSON.stringify(run([{ value: Number.NaN }])));
    assert.ok(Number.isNaN(readReport(unmeasured).results[0]?.findings[0]?.value));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
