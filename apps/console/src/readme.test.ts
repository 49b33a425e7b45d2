import { test } from 'node:test';
import { createMetricsRegistry, describeMetrics, describeSettings } from '@longwire/runtime';
import { assertReadmeTables } from '@longwire/testkit';
import { consoleConfig } from './config.ts';
import { createConsoleMetrics } from './metrics.ts';

test('the README has the settings and metrics of the code', () => {
  const registry = createMetricsRegistry();
  createConsoleMetrics(registry);
  assertReadmeTables(new URL('../README.md', import.meta.url), {
    settings: describeSettings(consoleConfig),
    metrics: describeMetrics(registry),
  });
});
