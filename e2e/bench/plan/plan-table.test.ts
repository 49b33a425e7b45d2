import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readUnitCosts } from './cost-file.ts';
import { readPlanOptions } from './options.ts';
import { renderPlan } from './plan-table.ts';
import { planFor } from './sizing.ts';

const shipped = fileURLToPath(new URL('unit-costs.json', import.meta.url));

test('the costs that come along make a plan, with what was measured and what is assumed told apart', () => {
  const { wish, assumed } = readPlanOptions(['--viewers', '10000000', '--rooms', '20000', '--rate', '50000']);
  const { costs, from } = readUnitCosts(shipped);
  const plan = planFor(wish, costs, assumed);
  const page = renderPlan({ wish, plan, costs, assumed, from });
  assert.match(page, /10,000,000 viewers in 20,000 rooms/);
  assert.match(page, /MEASURED \(.*unit-costs.json/);
  assert.match(page, /ASSUMED: a core is busy at most 60%/);
  assert.doesNotMatch(page, /NaN|Infinity|undefined/);
  const coresOf = (wanted: string): number => plan.tiers.find(({ tier }) => tier === wanted)?.cores ?? Number.NaN;
  // Passing a batch on to one more node is a write of a few us, beside one write to each of the node's viewers.
  assert.ok(coresOf('nats') < coresOf('access') / 5, `nats ${coresOf('nats')}, access ${coresOf('access')}`);
});

test('a file that holds no costs is refused in one line', () => {
  assert.throws(() => readUnitCosts(fileURLToPath(import.meta.url)), /cannot be read as unit costs/);
  assert.throws(
    () => readUnitCosts(fileURLToPath(new URL('../../package.json', import.meta.url))),
    /holds no unit costs of format 1/,
  );
});
