import { test } from 'node:test';
import { createMetricsRegistry, describeMetrics, describeSettings } from '@longwire/runtime';
import { assertReadmeTables } from '@longwire/testkit';
import { logicConfig } from './config.ts';
import { createLogicMetrics } from './metrics.ts';

test('the README has the settings and metrics of the code', () => {
  const registry = createMetricsRegistry();
  const none = (): number => 0;
  createLogicMetrics(registry, {
    links: none,
    waitingReports: none,
    queries: none,
    keptEvents: none,
    cachedZones: none,
  });
  assertReadmeTables(new URL('../README.md', import.meta.url), {
    settings: describeSettings(logicConfig),
    metrics: describeMetrics(registry),
  });
});
