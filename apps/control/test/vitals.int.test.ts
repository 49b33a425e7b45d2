import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { openNatsBus } from '@longwire/nats';
import { VitalsReport } from '@longwire/protos/bus/v1';
import { createHealth, createMetricsRegistry, createSilentLogger, systemClock } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { findFreePort, skipWithout, startNats } from '@longwire/testkit/servers';
import { createControlVitals } from '../src/vitals.ts';

const skip = await skipWithout('nats-server');
const logger = createSilentLogger();
const cleanups: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

async function startVitals(url: string): Promise<void> {
  const base = { logger, metrics: createMetricsRegistry(), health: createHealth(), clock: systemClock() };
  const openBus = () => openNatsBus({ url, lane: 'bulk', name: 'control-3', logger });
  const vitals = createControlVitals({ ...base, nodeName: 'control-3', openBus });
  cleanups.push(() => vitals.stop());
  await vitals.start(new AbortController().signal);
}

describe('the vitals of control', { skip }, () => {
  test('control starts without NATS, and says how it does once NATS is there', async () => {
    const port = await findFreePort();
    await startVitals(`nats://127.0.0.1:${port}`);
    const nats = await startNats({ port, jetstream: false });
    cleanups.push(() => nats.stop());
    const bus = await openNatsBus({ url: nats.url, lane: 'bulk', name: 'test', logger });
    cleanups.push(() => bus.close());
    const reports: VitalsReport[] = [];
    await bus.subscribe({ kind: 'vitals' }, (payload) => reports.push(VitalsReport.decode(payload)));
    await eventually(() => reports.length > 1, { timeoutMs: 30_000 });
    assert.deepEqual(
      reports.slice(0, 2).map(({ process, tiers }) => [process, tiers.map(({ tier }) => tier)]),
      [
        ['control-3', ['control']],
        ['control-3', ['control']],
      ],
    );
  });
});
