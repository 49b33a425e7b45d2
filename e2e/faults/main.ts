import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { failuresOf, tableOf } from './report.ts';
import { CACHE_FOLDER, FaultSuite, SCENARIOS } from './suite.ts';
import type { ScenarioResult } from './suite.ts';
import type { Scenario } from './scenario.ts';

const MAX_SEED = 2 ** 31;

interface Wanted {
  readonly seed: number;
  readonly isShort: boolean;
  readonly scenarios: readonly Scenario[];
}

function readArguments(args: readonly string[]): Wanted {
  const options = { seed: { type: 'string' }, only: { type: 'string' }, short: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const seed = values.seed === undefined ? Math.floor(Math.random() * MAX_SEED) : Number(values.seed);
  if (!Number.isInteger(seed) || seed < 0) throw new Error(`--seed takes a whole number, not "${values.seed}"`);
  const names = values.only?.split(',') ?? SCENARIOS.map(({ name }) => name);
  const scenarios = names.map((name) => {
    const found = SCENARIOS.find((scenario) => scenario.name === name);
    if (found !== undefined) return found;
    throw new Error(`--only takes some of ${SCENARIOS.map((each) => each.name).join(', ')}, not "${name}"`);
  });
  return { seed, isShort: values.short ?? false, scenarios };
}

async function main(): Promise<number> {
  const wanted = readArguments(process.argv.slice(2));
  const startMs = performance.now();
  const note = (text: string): void => {
    process.stderr.write(`[${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s] ${text}\n`);
  };
  const { seed, isShort, scenarios } = wanted;
  const suite = await FaultSuite.open({ seed, isShort, note });
  const results: ScenarioResult[] = [];
  try {
    for (const scenario of scenarios) results.push(await suite.play(scenario));
  } finally {
    await suite.close();
  }
  const failures = failuresOf(results);
  mkdirSync(CACHE_FOLDER, { recursive: true });
  const file = join(CACHE_FOLDER, `faults-${seed}${isShort ? '-short' : ''}.json`);
  const machine = { node: process.version, platform: process.platform, cores: cpus().length };
  writeFileSync(file, `${JSON.stringify({ seed, isShort, machine, results }, null, 2)}\n`);
  process.stdout.write(`\n${tableOf(results)}\n\nseed ${seed}; details in ${file}\n`);
  for (const failure of failures) process.stderr.write(`not met: ${failure}\n`);
  return failures.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`longwire faults: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
