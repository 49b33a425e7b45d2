import { test } from 'node:test';
import { createMetricsRegistry, describeMetrics, describeSettings } from '@longwire/runtime';
import { assertReadmeTables } from '@longwire/testkit';
import { runControl } from '../test/running-control.ts';
import { controlConfig } from './config.ts';

test('the README has the settings and metrics of the code', async () => {
  const registry = createMetricsRegistry();
  await using _control = await runControl({ metrics: registry });
  assertReadmeTables(new URL('../README.md', import.meta.url), {
    settings: describeSettings(controlConfig),
    metrics: describeMetrics(registry),
  });
});
