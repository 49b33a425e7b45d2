import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { UnitCosts } from './unit-costs.ts';

/** Written by the scenario `plan`. */
const OWN_FILE = fileURLToPath(new URL('../results/unit-costs.json', import.meta.url));
/** For who has not measured: another machine's, named in it. */
const SHIPPED_FILE = fileURLToPath(new URL('unit-costs.json', import.meta.url));

export function writeUnitCosts(costs: UnitCosts): void {
  mkdirSync(dirname(OWN_FILE), { recursive: true });
  writeFileSync(OWN_FILE, `${JSON.stringify(costs, null, 2)}\n`);
}

/** The costs in `file`; without one those measured here, else those that came along. Throws with one clear line. */
export function readUnitCosts(file?: string): { readonly costs: UnitCosts; readonly from: string } {
  const from = file ?? (existsSync(OWN_FILE) ? OWN_FILE : SHIPPED_FILE);
  let costs: Partial<UnitCosts>;
  try {
    costs = JSON.parse(readFileSync(from, 'utf8')) as Partial<UnitCosts>;
  } catch (cause) {
    throw new Error(`${from} cannot be read as unit costs`, { cause });
  }
  if (costs.format !== 1 || costs.cpuUs === undefined) throw new Error(`${from} holds no unit costs of format 1`);
  return { costs: costs as UnitCosts, from };
}
