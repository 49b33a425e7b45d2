import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compareReports } from './core/compare.ts';
import { monotonicMs } from './core/monotonic.ts';
import type { BenchReport, ScenarioResult } from './core/result.ts';
import { describeMachine, openFileLimit } from './measure/machine.ts';
import type { BenchOptions } from './options.ts';
import { renderHtml } from './report/html.ts';
import { digestProfiles } from './report/profile-digest.ts';
import { openProgress } from './report/progress.ts';
import { renderChanges, renderTable } from './report/table.ts';
import { SCENARIOS } from './scenarios/all-scenarios.ts';
import { Lab } from './scenarios/lab.ts';
import type { Scenario } from './scenarios/lab.ts';
import { fullScale, QUICK } from './scenarios/scale.ts';

const RESULTS = fileURLToPath(new URL('results/', import.meta.url));

/** Runs what was asked for, prints the table, writes the reports. Returns the exit code: 1 when a ratio got worse. */
export async function runBench(options: BenchOptions): Promise<number> {
  mkdirSync(RESULTS, { recursive: true });
  const startedAt = new Date().toISOString();
  const machine = describeMachine();
  const chosen = SCENARIOS.filter((scenario) => isWanted(scenario, options));
  const progress = openProgress(chosen.length);
  const profileFolder = join(RESULTS, 'profiles', startedAt.replaceAll(':', '-'));
  const lab = new Lab({
    scale: options.isQuick ? QUICK : fullScale(openFileLimit()),
    seed: options.seed,
    onStep: (what) => progress.step(what),
    ...(options.isProfiled ? { profileFolder } : {}),
  });
  const results: ScenarioResult[] = [];
  const stopped = whenStopped();
  try {
    for (const [done, scenario] of chosen.entries()) {
      progress.enter(scenario.name, done);
      lab.scenario = scenario.name;
      results.push(await Promise.race([runScenario(lab, scenario), stopped]));
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
    skipped: [...lab.skipped],
  };
  writeReports(report, options);
  if (options.isProfiled) print(`\n${digestProfiles(profileFolder, { names: lab.processNames, spans: lab.spans })}`);
  return compare(report, options);
}

function isWanted({ name, isFullOnly = false }: Scenario, { scenarios, isQuick }: BenchOptions): boolean {
  return scenarios.length > 0 ? scenarios.includes(name) : !(isQuick && isFullOnly);
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

function compare(report: BenchReport, { compareWith }: BenchOptions): number {
  if (compareWith === undefined) return 0;
  const changes = compareReports(JSON.parse(readFileSync(compareWith, 'utf8')) as BenchReport, report);
  print(renderChanges(changes));
  return changes.some(({ isWorse }) => isWorse) ? 1 : 0;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
