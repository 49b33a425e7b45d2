import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Change } from './core/compare.ts';
import { compareReports, DEFAULT_MARGINS, GATE_MARGINS } from './core/compare.ts';
import { monotonicMs } from './core/monotonic.ts';
import type { BenchReport, Finding, ScenarioResult } from './core/result.ts';
import { describeMachine, openFileLimit } from './measure/machine.ts';
import type { BenchOptions } from './options.ts';
import { renderHtml } from './report/html.ts';
import { digestProfiles } from './report/profile-digest.ts';
import { openProgress } from './report/progress.ts';
import { readReport } from './report/read-report.ts';
import { renderChanges, renderTable } from './report/table.ts';
import { SCENARIOS } from './scenarios/all-scenarios.ts';
import { Lab } from './scenarios/lab.ts';
import type { Scenario } from './scenarios/lab.ts';
import type { Scale } from './scenarios/scale.ts';
import { fullScale, GATE, QUICK } from './scenarios/scale.ts';

/** Ratios that the gate holds newer code against; written by `--gate --json`, committed with what moved them on purpose. */
const BASELINE = fileURLToPath(new URL('baseline.json', import.meta.url));
const GATE_SCENARIOS = ['fan-out', 'bytes'];
const RESULTS = fileURLToPath(new URL('results/', import.meta.url));

/** Runs what was asked for, prints the table, writes the reports. Returns the exit code: 1 when a ratio got worse or a scenario failed. */
export async function runBench(options: BenchOptions): Promise<number> {
  mkdirSync(RESULTS, { recursive: true });
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const chosen = SCENARIOS.filter((scenario) => isWanted(scenario, options));
  const progress = openProgress(chosen.length);
  const profileFolder = join(RESULTS, 'profiles', startedAt.replaceAll(':', '-'));
  const lab = new Lab({
    scale: scaleOf(options),
    seed: options.seed,
    onStep: (what) => progress.step(what),
    ...(options.isProfiled ? { profileFolder } : {}),
  });
  const results: ScenarioResult[] = [];
  const failures: string[] = [];
  const stopped = whenStopped();
  try {
    for (const [done, scenario] of chosen.entries()) {
      progress.enter(scenario.name, done);
      lab.scenario = scenario.name;
      const result = await Promise.race([outcomeOf(lab, scenario), stopped]);
      if (result instanceof Error) failures.push(`${scenario.name} failed: ${result.message}`);
      else results.push(result);
    }
  } finally {
    progress.stop();
    await lab.stop();
  }
  const report: BenchReport = {
    format: 1,
    startedAt,
    isQuick: options.isQuick,
    seed: options.seed,
    command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim(),
    machine,
    versions: lab.versions,
    results,
    skipped: [...lab.skipped, ...failures],
  };
  writeReports(report, options);
  if (options.isProfiled) print(`\n${digestProfiles(profileFolder, { names: lab.processNames, spans: lab.spans })}`);
  return Math.max(compare(report, options), failures.length > 0 ? 1 : 0);
}

function scaleOf({ isGate, isQuick }: BenchOptions): Scale {
  if (isGate) return GATE;
  return isQuick ? QUICK : fullScale(openFileLimit());
}

function isWanted({ name, isFullOnly = false }: Scenario, { scenarios, isQuick, isGate }: BenchOptions): boolean {
  if (scenarios.length > 0) return scenarios.includes(name);
  return isGate ? GATE_SCENARIOS.includes(name) : !(isQuick && isFullOnly);
}

/** A scenario that fails is told of at the end, and takes the results of the others with it no more than it must. */
function outcomeOf(lab: Lab, scenario: Scenario): Promise<ScenarioResult | Error> {
  return runScenario(lab, scenario).catch((caught: unknown) =>
    caught instanceof Error ? caught : new Error(String(caught)),
  );
}

async function runScenario(lab: Lab, { name, run }: Scenario): Promise<ScenarioResult> {
  const startedAt = monotonicMs();
  const { findings, charts = [] } = await run(lab);
  return { scenario: name, findings, charts, tookMs: monotonicMs() - startedAt };
}

/** Rejects on the first SIGINT or SIGTERM: then everything is stopped in order. */
function whenStopped(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
}

function writeReports(report: BenchReport, { jsonFile }: BenchOptions): void {
  const json = `${JSON.stringify(report, null, 1)}\n`;
  writeFileSync(join(RESULTS, 'latest.json'), json);
  writeFileSync(join(RESULTS, `${report.startedAt.replaceAll(':', '-')}.json`), json);
  if (jsonFile !== undefined) writeFileSync(jsonFile, json);
  writeFileSync(join(RESULTS, 'report.html'), renderHtml(report));
  print(renderTable(report));
  for (const what of report.skipped) print(`LEFT OUT: ${what}`);
  const times = report.results.map(({ scenario, tookMs }) => `${scenario} ${Math.round(tookMs / 1000)} s`);
  print(`${times.join(', ')}\ncharts: ${join(RESULTS, 'report.html')}`);
}

function compare(report: BenchReport, options: BenchOptions): number {
  const { compareWith, isGate, jsonFile } = options;
  const isNewBaseline = isGate && jsonFile !== undefined;
  const file = compareWith ?? (isGate && !isNewBaseline ? BASELINE : undefined);
  if (file === undefined) return 0;
  const before = comparable(readReport(file), report, options);
  const changes = compareReports(before, report, isGate ? GATE_MARGINS : DEFAULT_MARGINS);
  print(renderChanges(changes));
  return changes.some(({ verdict }) => isBad(verdict)) ? 1 : 0;
}

/** Of the older report what this run was to measure too: all of it for the whole gate, else the scenarios that ran. */
function comparable(before: BenchReport, after: BenchReport, { isGate, scenarios }: BenchOptions): BenchReport {
  if (isGate && scenarios.length === 0) return withoutRestless(before);
  const ran = new Set(after.results.map(({ scenario }) => scenario));
  return { ...before, results: before.results.filter(({ scenario }) => ran.has(scenario)) };
}

/** A gate that fails by chance is none. */
function withoutRestless(report: BenchReport): BenchReport {
  const held = (finding: Finding): boolean => finding.isRestless !== true;
  return { ...report, results: report.results.map((each) => ({ ...each, findings: each.findings.filter(held) })) };
}

/** Who lacks a peer can still work on the code; where it counts, all that is held has to be there. */
function isBad(verdict: Change['verdict']): boolean {
  return verdict === 'worse' || verdict === 'missing' || (verdict === 'no-peer' && process.env['CI'] === 'true');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
