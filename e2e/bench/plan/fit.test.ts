import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitBeside, fitCosts } from './fit.ts';
import { coresOf, noFlows } from './unit-costs.ts';
import type { Flows } from './unit-costs.ts';

const truth = { push: 60, batch: 400, rawKib: 3 };
const flowsOf = (push: number, batch: number, rawKib: number): Flows => ({ ...noFlows(), push, batch, rawKib });
const coresFor = (flows: Flows): number =>
  (flows.push * truth.push + flows.batch * truth.batch + flows.rawKib * truth.rawKib) / 1e6;

test('costs are found again from the loads they explain', () => {
  const loads = [flowsOf(5, 5, 10), flowsOf(100, 5, 180), flowsOf(200, 200, 28), flowsOf(400, 5, 55)];
  const found = fitCosts(
    loads.map((flows) => ({ flows, cores: coresFor(flows) })),
    ['push', 'batch', 'rawKib', 'express'],
  );
  for (const [unit, us] of Object.entries(truth)) {
    assert.ok(Math.abs((found[unit as 'push'] ?? 0) / us - 1) < 1e-6, `${unit}: ${found[unit as 'push']}`);
  }
  assert.equal('express' in found, false);
});

test('a cost that is known is taken off, so that one which always comes along with it is told from it', () => {
  const nats = { push: 50, batch: 150, forward: 12 };
  const samples = [20, 100, 500].map((push) => {
    const flows = { ...flowsOf(push, push / 10 + 1, 0), forward: push / 10 + 1 };
    const us = flows.push * nats.push + flows.batch * nats.batch + flows.forward * nats.forward;
    return { flows, cores: us / 1e6 };
  });
  const found = fitBeside({ forward: nats.forward }, samples, ['push', 'batch', 'forward']);
  assert.equal(found.forward, 12);
  assert.ok(
    Math.abs((found.push ?? 0) - 50) < 1e-6 && Math.abs((found.batch ?? 0) - 150) < 1e-6,
    JSON.stringify(found),
  );
});

test('no cost is negative, whatever the noise', () => {
  const found = fitCosts(
    [
      { flows: flowsOf(100, 100, 0), cores: 0.01 },
      { flows: flowsOf(100, 5, 0), cores: 0.02 },
    ],
    ['push', 'batch'],
  );
  assert.ok((found.push ?? -1) > 0);
  assert.equal(found.batch, 0);
});

test('a tier that took nothing costs nothing', () => {
  assert.deepEqual(fitCosts([{ flows: flowsOf(1, 1, 1), cores: 0 }], ['push']), {});
});

test('cores are the sum of what each unit takes', () => {
  const cpuUs = {
    control: {},
    access: {},
    logic: {},
    dispatch: truth,
    service: {},
    nats: {},
    redis: {},
  };
  assert.equal(coresOf('dispatch', flowsOf(1000, 100, 0), { cpuUs }), 0.1);
  assert.equal(coresOf('access', flowsOf(1000, 100, 0), { cpuUs }), 0);
});
