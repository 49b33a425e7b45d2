import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASSUMPTIONS, planFor } from './sizing.ts';
import type { Wish } from './sizing.ts';
import type { UnitCosts } from './unit-costs.ts';

const costs: UnitCosts = {
  format: 1,
  machine: {},
  cpuUs: {
    control: {},
    access: { forward: 100, frame: 8, wireKib: 1 },
    logic: { connect: 50 },
    dispatch: { push: 10, batch: 300 },
    service: { push: 100, express: 200 },
    nats: { push: 10, forward: 10 },
    redis: { connect: 50 },
  },
  idleCores: { control: 0.01, access: 0.01, logic: 0.01, dispatch: 0.01, service: 0.01, nats: 0.01, redis: 0.01 },
  kibPerConnection: 6,
  accessBaseMib: 100,
  payloadBytes: { lean: 140, rich: 1800 },
  ratios: {
    lean: [
      { messagesPerBatch: 1, ratio: 1 },
      { messagesPerBatch: 20, ratio: 0.36 },
    ],
    rich: [{ messagesPerBatch: 20, ratio: 0.15 }],
  },
};
const wish: Wish = {
  viewers: 1_000_000,
  rooms: 10_000,
  rate: 5000,
  skew: 1,
  form: 'lean',
  windowMs: 200,
  expressPerSec: 10,
  connectsPerSec: 1000,
};
const processes = (plan: ReturnType<typeof planFor>, tier: string): number =>
  plan.tiers.find((size) => size.tier === tier)?.processes ?? 0;

test('what is asked fits into what is planned', () => {
  const plan = planFor(wish, costs);
  const nodes = processes(plan, 'access');
  const access = plan.tiers.find(({ tier }) => tier === 'access');
  assert.ok((access?.cores ?? Infinity) <= nodes * ASSUMPTIONS.utilization);
  assert.ok(nodes * ASSUMPTIONS.connectionsPerNode >= wish.viewers);
  assert.ok(plan.egressGbitPerSec <= nodes * ASSUMPTIONS.nodeGbitPerSec * ASSUMPTIONS.utilization);
  assert.ok(plan.accessMemoryGib <= nodes * ASSUMPTIONS.nodeMemoryGib);
});

test('an empty system still survives the death of any process', () => {
  const plan = planFor({ ...wish, viewers: 0, rate: 0, expressPerSec: 0, connectsPerSec: 0 }, costs);
  assert.deepEqual(
    plan.tiers.map(({ tier, processes: count }) => [tier, count]),
    [
      ['control', 2],
      ['access', 1],
      ['logic', 2],
      ['dispatch', 2],
      ['service', 2],
      ['nats', 3],
      ['redis', 1],
    ],
  );
});

test('twice the load never takes fewer processes', () => {
  const [one, two] = [wish, { ...wish, viewers: wish.viewers * 2, rate: wish.rate * 2 }].map((load) =>
    planFor(load, costs),
  );
  assert.ok(one && two);
  for (const [index, size] of one.tiers.entries()) assert.ok((two.tiers[index]?.processes ?? 0) >= size.processes);
});

test('the hottest room weighs less on each node the more nodes there are', () => {
  const usedBy = (viewers: number): number =>
    planFor(
      { ...wish, rooms: 1, viewers },
      { ...costs, cpuUs: { ...costs.cpuUs, access: { connection: 6 } } },
    ).limits.find(({ what }) => what.startsWith('access'))?.used ?? Number.NaN;
  assert.ok(usedBy(10_000_000) < 1);
  assert.ok(usedBy(10_000_000) <= usedBy(100_000) * 1.2);
});

test('the fullest limit comes first, and a room beyond one owner shows', () => {
  const { limits } = planFor({ ...wish, rooms: 1, rate: 100_000 }, costs);
  assert.match(limits[0]?.what ?? '', /hottest room/);
  assert.ok((limits[0]?.used ?? 0) > 1);
});
