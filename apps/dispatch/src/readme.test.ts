import { test } from 'node:test';
import { createMetricsRegistry, describeMetrics, describeSettings } from '@longwire/runtime';
import { assertReadmeTables } from '@longwire/testkit';
import { dispatchConfig } from './config.ts';
import { createDispatchMetrics, registerDispatchGauges } from './metrics.ts';

test('the README has the settings and metrics of the code', () => {
  const registry = createMetricsRegistry();
  createDispatchMetrics(registry);
  const zero = (): number => 0;
  registerDispatchGauges(registry, {
    partitionsOwned: zero,
    waitingBytes: zero,
    keptBytes: zero,
    hotRooms: zero,
    historyBytes: zero,
    ratedRooms: zero,
    dictionaryRooms: zero,
    dictionaryBytes: zero,
    expressQueued: zero,
    expressQueuedBytes: zero,
    expressPending: zero,
    expressFollowed: zero,
    expressEnded: zero,
    expressReports: zero,
  });
  assertReadmeTables(new URL('../README.md', import.meta.url), {
    settings: describeSettings(dispatchConfig),
    metrics: describeMetrics(registry),
  });
});
