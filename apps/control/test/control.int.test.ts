import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { generateTokenKey } from '@longwire/auth';
import type { NodeLink } from '@longwire/domain';
import { openControlClient } from '@longwire/rpc';
import { createHealth, createMetricsRegistry, createSilentLogger, loadConfig, systemClock } from '@longwire/runtime';
import type { Health } from '@longwire/runtime';
import { eventually } from '@longwire/testkit';
import { findFreePort, skipWithout, startRedis } from '@longwire/testkit/servers';
import { openControlApp } from '../src/app.ts';
import { controlConfig } from '../src/config.ts';
import { nodeReport } from './running-control.ts';

const skip = await skipWithout('redis-server');
const API_KEY = 'int-test-key';
const patiently = { timeoutMs: 30_000 };
const cleanups: (() => Promise<void> | void)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

interface Control {
  readonly url: string;
  readonly grpc: string;
  readonly health: Health;
}

async function openControl(redisUrl: string, env: Record<string, string> = {}): Promise<Control> {
  const health = createHealth();
  const config = loadConfig(controlConfig, {
    LONGWIRE_CONTROL_HTTP_PORT: '0',
    LONGWIRE_CONTROL_GRPC_PORT: '0',
    LONGWIRE_REDIS_URL: redisUrl,
    LONGWIRE_API_KEY: API_KEY,
    LONGWIRE_TOKEN_KEYS: generateTokenKey(),
    ...env,
  });
  const app = await openControlApp(config, {
    logger: createSilentLogger(),
    metrics: createMetricsRegistry(),
    health,
    clock: systemClock(),
    nodeName: 'control-1',
  });
  cleanups.push(() => app.stop());
  await app.start(new AbortController().signal);
  health.setStarted();
  const { http, grpc } = app.describe?.() ?? {};
  return { url: String(http), grpc: String(grpc), health };
}

function openLink(...controls: readonly Control[]): NodeLink {
  const client = openControlClient({ addresses: controls.map(({ grpc }) => grpc), logger: createSilentLogger() });
  cleanups.push(() => client.close());
  return client.openNodeLink();
}

async function call(control: Control, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${control.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${API_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function idsAt(control: Control): Promise<string> {
  const { nodes } = (await (await call(control, 'GET', '/v1/nodes')).json()) as { nodes: { nodeId: string }[] };
  return nodes.map(({ nodeId }) => nodeId).join(' ');
}

describe('two replicas of control on a real Redis', { skip }, () => {
  test('share nodes and decisions, and a silent node goes from both', async () => {
    const redis = await startRedis();
    cleanups.push(() => redis.stop());
    const [first, second] = [await openControl(redis.url), await openControl(redis.url)];
    const atFirst = openLink(first);
    const atSecond = openLink(second);
    // Nodes report as they do, so that no lease lapses however slow the machine is.
    const whileBothReport = (what: string, check: () => Promise<boolean>): Promise<boolean> =>
      eventually(
        async () => {
          await Promise.all([atFirst.report(nodeReport('access-1')), atSecond.report(nodeReport('access-2'))]);
          return check();
        },
        { ...patiently, what },
      );
    const placedBySecond = async (): Promise<string> => {
      const connect = await call(second, 'POST', '/v1/connect', { deviceId: 'd1' });
      const { nodes = [] } = (await connect.json()) as { nodes?: { nodeId: string }[] };
      return nodes.map(({ nodeId }) => nodeId).join(' ');
    };
    const both = 'access-1 access-2';
    await whileBothReport('both', async () => (await idsAt(first)) === both && (await idsAt(second)) === both);
    await whileBothReport('the decision', async () => {
      const { status } = await call(first, 'POST', '/v1/admin/nodes/access-2/eject');
      return status === 200;
    });
    await whileBothReport('the ejection', async () => (await idsAt(second)) === 'access-1');
    await whileBothReport('its word to the node', async () => {
      const directive = await atSecond.report(nodeReport('access-2'));
      return directive?.state === 'ejected';
    });
    await whileBothReport('a place', async () => (await placedBySecond()) === 'access-1');

    await eventually(async () => (await idsAt(first)) === '', { ...patiently, what: 'the lapse of access-1' });
    await atSecond.close();
    await eventually(async () => {
      const { nodes: live } = (await (await call(first, 'GET', '/v1/admin/nodes')).json()) as { nodes: unknown[] };
      return live.length === 0;
    }, patiently);
  });

  test('says not ready while Redis is gone, places clients on, and comes back by itself', async () => {
    const port = await findFreePort();
    const redis = await startRedis({ port });
    const control = await openControl(redis.url, {
      LONGWIRE_CONTROL_NODE_LEASE: '5m',
      LONGWIRE_CONTROL_LIST_MAX_AGE: '5m',
    });
    const link = openLink(control);
    await eventually(async () => (await link.report(nodeReport('access-1'))) !== undefined, patiently);
    await eventually(async () => (await idsAt(control)) === 'access-1', patiently);
    await redis.stop();
    await eventually(() => !control.health.isReady().ready, patiently);
    assert.equal((await call(control, 'POST', '/v1/connect', { deviceId: 'd1' })).status, 200);
    assert.equal(await link.report(nodeReport('access-1')), undefined);

    const again = await startRedis({ port });
    cleanups.push(() => again.stop());
    await eventually(() => control.health.isReady().ready, patiently);
    await eventually(async () => (await link.report(nodeReport('access-1')))?.state === 'active', patiently);
    await eventually(async () => (await idsAt(control)) === 'access-1', patiently);
  });

  test('names Redis when it cannot be reached, and the token keys when there are none', async () => {
    const port = await findFreePort();
    await assert.rejects(openControl(`redis://:hush@127.0.0.1:${port}`), (error: Error) => {
      assert.match(error.message, new RegExp(`127.0.0.1:${port}`));
      assert.doesNotMatch(error.message, /hush/);
      return true;
    });
    await assert.rejects(openControl(`redis://127.0.0.1:${port}`, { LONGWIRE_TOKEN_KEYS: '' }), /LONGWIRE_TOKEN_KEYS/);
  });
});
