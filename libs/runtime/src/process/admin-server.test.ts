import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHealth } from '../health.ts';
import { createMetricsRegistry } from '../metrics.ts';
import { createAdminServer } from './admin-server.ts';

const { signal } = new AbortController();

test('readiness follows the checks, with the reasons, while the process stays alive', async () => {
  const health = createHealth();
  const options = { nodeName: 'logic-1', health, metrics: createMetricsRegistry(), host: '127.0.0.1', port: 0 };
  await using admin = createAdminServer(options);
  await admin.start(signal);
  const { url } = admin.address();
  const look = async () => {
    const answer = await fetch(`${url}/readyz`);
    return { status: answer.status, body: await answer.json() };
  };
  const node = 'logic-1';
  assert.deepEqual(await look(), { status: 503, body: { status: 'not-ready', node, reasons: ['process: starting'] } });
  health.setStarted();
  assert.deepEqual(await look(), { status: 200, body: { status: 'ready', node, reasons: [] } });
  health.register('redis', () => 'not connected');
  assert.deepEqual(await look(), {
    status: 503,
    body: { status: 'not-ready', node, reasons: ['redis: not connected'] },
  });
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
});

test('its address is not known before the start', () => {
  const options = {
    nodeName: 'x',
    health: createHealth(),
    metrics: createMetricsRegistry(),
    host: '127.0.0.1',
    port: 0,
  };
  assert.throws(() => createAdminServer(options).address(), /does not listen yet/);
});
