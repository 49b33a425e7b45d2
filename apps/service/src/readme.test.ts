import { test } from 'node:test';
import { describeMetrics, describeSettings } from '@longwire/runtime';
import { assertReadmeTables } from '@longwire/testkit';
import { openService } from '../test/service-fixture.ts';
import { serviceConfig } from './config.ts';

test('the README has the settings and metrics of the code', async () => {
  const service = await openService();
  await service.close();
  assertReadmeTables(new URL('../README.md', import.meta.url), {
    settings: describeSettings(serviceConfig),
    metrics: describeMetrics(service.ports.metrics),
  });
});
