import { fcnnlsVector } from 'ml-fcnnls';
import { Matrix } from 'ml-matrix';
import { UNITS } from './unit-costs.ts';
import type { Flows, Unit } from './unit-costs.ts';

/** One measured load: what was asked per second, and what a tier took for it, idle taken off. */
export interface Sample {
  readonly flows: Flows;
  readonly cores: number;
}

/**
 * CPU in us per unit by least squares over samples, never below zero. A sample's error counts against the square root of
 * its size: the heaviest load does not decide alone, nor do the lightest, which are mostly noise. Units that no sample
 * has stay out.
 */
export function fitCosts(samples: readonly Sample[], units: readonly Unit[]): Partial<Record<Unit, number>> {
  const used = units.filter((unit) => samples.some(({ flows }) => flows[unit] > 0));
  const telling = samples.filter(({ flows, cores }) => cores > 0 && used.some((unit) => flows[unit] > 0));
  if (used.length === 0 || telling.length === 0) return {};
  const rows = telling.map(({ flows, cores }) => used.map((unit) => flows[unit] / Math.sqrt(cores) / 1e6));
  const costs = fcnnlsVector(
    new Matrix(rows),
    telling.map(({ cores }) => Math.sqrt(cores)),
  ).K.to1DArray();
  return Object.fromEntries(used.map((unit, index) => [unit, costs[index] ?? 0]));
}

/**
 * The same where some costs are known from elsewhere: they are taken off each sample before the others are fitted, and are
 * in the result as they are.
 */
export function fitBeside(
  known: Partial<Record<Unit, number>>,
  samples: readonly Sample[],
  units: readonly Unit[],
): Partial<Record<Unit, number>> {
  const isKnown = (unit: Unit): boolean => known[unit] !== undefined;
  const rest = samples.map(({ flows, cores }) => {
    const taken = UNITS.reduce((sum, unit) => sum + flows[unit] * (known[unit] ?? 0), 0) / 1e6;
    return { flows, cores: Math.max(0, cores - taken) };
  });
  return {
    ...fitCosts(
      rest,
      units.filter((unit) => !isKnown(unit)),
    ),
    ...known,
  };
}
