import { readOptions } from '../options.ts';
import { runBench } from '../run-bench.ts';
import { readUnitCosts } from './cost-file.ts';
import { PLAN_USAGE, readPlanOptions } from './options.ts';
import { renderPlan } from './plan-table.ts';
import { planFor } from './sizing.ts';

try {
  const { wish, assumed, costsFile, isMeasuring, isJson, isHelp } = readPlanOptions(process.argv.slice(2));
  if (isHelp) {
    process.stdout.write(PLAN_USAGE);
  } else {
    if (isMeasuring) await runBench(readOptions(['--scenario', 'plan'], ['plan']));
    const { costs, from } = readUnitCosts(costsFile);
    const plan = planFor(wish, costs, assumed);
    const text = isJson
      ? JSON.stringify({ wish, assumed, costs, ...plan }, null, 2)
      : renderPlan({ wish, plan, costs, assumed, from });
    process.stdout.write(`${text}\n`);
  }
} catch (error) {
  process.stderr.write(`plan: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
