import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planCluster } from './plan.ts';
import type { ClusterPlan } from './plan.ts';

function plan(access: number, portOffset = 0): ClusterPlan {
  return planCluster({
    size: { control: 2, logic: 2, dispatch: 2, service: 2, access },
    host: '127.0.0.1',
    portOffset,
    natsUrl: 'nats://127.0.0.1:1',
    redisUrl: 'redis://127.0.0.1:2',
    apiKey: 'key',
    tokenKeys: 'k1:x',
  });
}

test('the default doors are the ones of the contract, and the offset moves every one of them', () => {
  const plain = plan(2);
  assert.equal(plain.controlUrl, 'http://127.0.0.1:7100');
  assert.equal(plain.serviceUrl, 'http://127.0.0.1:7200');
  assert.equal(plain.consoleUrl, 'http://127.0.0.1:7000');
  assert.deepEqual(plain.wsUrls, ['ws://127.0.0.1:56100/sub', 'ws://127.0.0.1:56110/sub']);
  assert.deepEqual(plain.tcpAddresses, ['127.0.0.1:56101', '127.0.0.1:56111']);
  assert.deepEqual(plan(1, 300).wsUrls, ['ws://127.0.0.1:56400/sub']);
  assert.equal(plan(1, 300).groups.flat().at(-1)?.adminUrl, 'http://127.0.0.1:9341');
});

test('no two processes share a name or a port', () => {
  const processes = plan(9).groups.flat();
  const names = processes.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const ports = processes.flatMap(({ env }) => Object.entries(env).filter(([name]) => name.endsWith('_PORT')));
  assert.equal(new Set(ports.map(([, port]) => port)).size, ports.length);
});

test('the two dispatch processes are in two sites: each express message has two independent workers', () => {
  const sites = plan(1)
    .groups.flat()
    .filter(({ app }) => app === 'dispatch')
    .map(({ env }) => env['LONGWIRE_SITE']);
  assert.deepEqual(sites, ['a', 'b']);
});

test('every process knows all replicas of control and logic', () => {
  for (const { env } of plan(1).groups.flat()) {
    assert.equal(env['LONGWIRE_CONTROL_GRPC'], '127.0.0.1:7110,127.0.0.1:7130');
    assert.equal(env['LONGWIRE_LOGIC_GRPC'], '127.0.0.1:7310,127.0.0.1:7320');
  }
});
