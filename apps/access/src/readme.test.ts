import { test } from 'node:test';
import { createMetricsRegistry, describeMetrics, describeSettings } from '@longwire/runtime';
import { assertReadmeTables } from '@longwire/testkit';
import { accessConfig } from './config.ts';
import { createAccessMetrics, registerAccessGauges } from './metrics.ts';

test('the README has the settings and metrics of the code', () => {
  const registry = createMetricsRegistry();
  createAccessMetrics(registry);
  const none = (): number => 0;
  registerAccessGauges(registry, {
    connections: none,
    rooms: none,
    fanOutsUnderWay: none,
    fanOutBytes: none,
    outboxHighWaterBytes: none,
    reportsQueued: none,
    historyBytes: none,
    recentIdsBytes: none,
    dictionaryBytes: none,
    drainProgress: () => ({ waiting: 0, hinted: 0 }),
  });
  assertReadmeTables(new URL('../README.md', import.meta.url), {
    settings: describeSettings(accessConfig),
    metrics: describeMetrics(registry),
  });
});
