import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { binOf, hasTarget, runTargets } from './check/nx.ts';
import { forwardSignals, runNode } from './check/run-command.ts';
import { closingLine, tallyOf } from './check/tally.ts';
import type { StepResult } from './check/tally.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const layersOfTests = ['unit', 'int', 'e2e'] as const;
type LayerOfTests = (typeof layersOfTests)[number];

const plain = process.stdout.isTTY ? [] : ['--no-color'];

async function check(name: string, args: readonly string[]): Promise<StepResult[]> {
  heading(name);
  return [{ name, kind: 'check', ...(await runNode(args, root)) }];
}

function heading(text: string): void {
  process.stdout.write(`\n--- ${text}\n`);
}

async function runUnit(): Promise<StepResult[]> {
  const nx = binOf(root, 'nx');
  const results = [
    ...(await check('format', [binOf(root, 'prettier'), '--check', '--log-level', 'warn', ...plain, '.'])),
    ...(await check('sync', [nx, 'sync:check'])),
  ];
  const protos = JSON.parse(readFileSync(join(root, 'protos/package.json'), 'utf8')) as {
    nx: { targets: Record<string, unknown> };
  };
  if (protos.nx.targets['drift'] !== undefined) results.push(...(await check('drift', [nx, 'run', 'protos:drift'])));
  heading('lint, typecheck, unit and contract tests');
  const run = { targets: ['lint', 'typecheck', 'test'], parallel: 2, isLive: false };
  return [...results, ...(await runTargets(root, run))];
}

async function runLive(target: 'int' | 'e2e', title: string): Promise<StepResult[]> {
  if (!hasTarget(root, target)) return [];
  heading(title);
  return runTargets(root, { targets: [target], parallel: 1, isLive: true });
}

const runLayer: Readonly<Record<LayerOfTests, () => Promise<StepResult[]>>> = {
  unit: runUnit,
  int: () => runLive('int', 'integration tests (real NATS and Redis)'),
  e2e: () => runLive('e2e', 'end-to-end tests'),
};

function wantedLayers(): readonly LayerOfTests[] {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  if (only === undefined) return layersOfTests;
  const found = layersOfTests.find((layer) => layer === only);
  if (found === undefined) throw new Error(`--only takes one of ${layersOfTests.join(', ')}, not "${only}"`);
  return [found];
}

function report(steps: readonly StepResult[], isCi: boolean): number {
  const tally = tallyOf(steps, isCi);
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  process.stdout.write(`\n${list('SKIPPED', tally.skips)}${list('FAILED', tally.failures)}${closingLine(tally)}\n`);
  return tally.failed > 0 || tally.passed === 0 ? 1 : 0;
}

async function main(): Promise<number> {
  const isStopped = forwardSignals();
  const steps: StepResult[] = [];
  for (const layer of wantedLayers()) {
    if (!isStopped()) steps.push(...(await runLayer[layer]()));
  }
  const exitCode = report(steps, process.env['CI'] === 'true');
  return isStopped() ? 130 : exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`longwire: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
