import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choice, flag, list, secret, text } from './builders.ts';
import type { Environment } from './load-config.ts';
import { ConfigError, loadConfig } from './load-config.ts';
import { duration, integer, number, port, size } from './number-builders.ts';
import type { ConfigOf, ConfigSchema } from './schema.ts';
import { defineConfig } from './schema.ts';
import { sharedSettings } from './shared-settings.ts';

const schema = defineConfig({
  prefix: 'LONGWIRE_ACCESS',
  settings: {
    heartbeatMs: duration({ default: '30s', min: '1s', max: '10m', about: 'Heartbeat.' }),
    outboxBytes: size({ default: '256KiB', about: 'Outbox.' }),
    wsPort: port({ default: 56_100, about: 'WebSocket.' }),
    maxRooms: integer({ default: 16, min: 1, max: 64, about: 'Rooms.' }),
    shedRatio: number({ default: 0.5, min: 0, max: 1, about: 'Ratio.' }),
    isProxied: flag({ default: false, about: 'Proxy.' }),
    certificate: text({ default: null, about: 'TLS.' }),
    mode: choice({ values: ['lead', 'fixed'], default: 'lead', about: 'Mode.' }),
    origins: list({ default: [], about: 'Origins.' }),
    redisUrl: sharedSettings.redisUrl,
  },
  check: ({ heartbeatMs, maxRooms }) =>
    heartbeatMs < 2_000 && maxRooms > 32 ? ['LONGWIRE_ACCESS_HEARTBEAT is too short for so many rooms'] : [],
});

function faultsOf<C>(of: ConfigSchema<C>, env: Environment): readonly string[] {
  try {
    loadConfig(of, env);
  } catch (caught) {
    assert(caught instanceof ConfigError);
    return caught.faults;
  }
  return [];
}

test('an empty environment gives the defaults, in units of code', () => {
  const config: ConfigOf<typeof schema> = loadConfig(schema, {});
  assert.deepEqual(config, {
    heartbeatMs: 30_000,
    outboxBytes: 262_144,
    wsPort: 56_100,
    maxRooms: 16,
    shedRatio: 0.5,
    isProxied: false,
    certificate: null,
    mode: 'lead',
    origins: [],
    redisUrl: 'redis://127.0.0.1:6379',
  });
});

test('variables are named by prefix and key, without the unit, and shared ones by their own name', () => {
  const config = loadConfig(schema, {
    LONGWIRE_ACCESS_HEARTBEAT: '1.5m',
    LONGWIRE_ACCESS_OUTBOX: '1MiB',
    LONGWIRE_ACCESS_WS_PORT: '1234',
    LONGWIRE_ACCESS_MAX_ROOMS: '8',
    LONGWIRE_ACCESS_SHED_RATIO: '0.25',
    LONGWIRE_ACCESS_IS_PROXIED: 'true',
    LONGWIRE_ACCESS_CERTIFICATE: '/etc/tls.pem',
    LONGWIRE_ACCESS_MODE: 'fixed',
    LONGWIRE_ACCESS_ORIGINS: 'a.example, b.example,',
    LONGWIRE_REDIS_URL: 'redis://cache:1',
  });
  assert.deepEqual(config, {
    heartbeatMs: 90_000,
    outboxBytes: 1_048_576,
    wsPort: 1_234,
    maxRooms: 8,
    shedRatio: 0.25,
    isProxied: true,
    certificate: '/etc/tls.pem',
    mode: 'fixed',
    origins: ['a.example', 'b.example'],
    redisUrl: 'redis://cache:1',
  });
});

test('the config and its lists are frozen', () => {
  const config = loadConfig(schema, {});
  assert(Object.isFrozen(config));
  assert(Object.isFrozen(config.origins));
});

test('an empty variable counts as not set', () => {
  assert.equal(loadConfig(schema, { LONGWIRE_ACCESS_WS_PORT: '' }).wsPort, 56_100);
});

test('all faults are told at once, each naming its variable and what would be right', () => {
  const faults = faultsOf(schema, {
    LONGWIRE_ACCESS_HEARTBEAT: '500ms',
    LONGWIRE_ACCESS_OUTBOX: 'big',
    LONGWIRE_ACCESS_WS_PORT: '70000',
    LONGWIRE_ACCESS_MAX_ROOMS: '1.5',
    LONGWIRE_ACCESS_SHED_RATIO: '2',
    LONGWIRE_ACCESS_IS_PROXIED: 'yes',
    LONGWIRE_ACCESS_MODE: 'random',
    LONGWIRE_ACCESS_HEARTBEET: '1s',
  });
  assert.deepEqual(faults.toSorted(), [
    'LONGWIRE_ACCESS_HEARTBEAT must be at least 1s, not "500ms"',
    'LONGWIRE_ACCESS_HEARTBEET is not a known setting, did you mean LONGWIRE_ACCESS_HEARTBEAT?',
    'LONGWIRE_ACCESS_IS_PROXIED must be true or false, not "yes"',
    'LONGWIRE_ACCESS_MAX_ROOMS must be a whole number, not "1.5"',
    'LONGWIRE_ACCESS_MODE must be one of lead, fixed, not "random"',
    'LONGWIRE_ACCESS_OUTBOX must be a size such as 512B, 64KiB or 8MiB, not "big"',
    'LONGWIRE_ACCESS_SHED_RATIO must be at most 1, not "2"',
    'LONGWIRE_ACCESS_WS_PORT must be at most 65535, not "70000"',
  ]);
});

test('a setting without a default is required', () => {
  const strict = defineConfig({
    prefix: 'LONGWIRE_SERVICE',
    settings: { hookUrl: text({ about: 'Where events go.' }) },
  });
  assert.deepEqual(faultsOf(strict, {}), ['LONGWIRE_SERVICE_HOOK_URL is required: Where events go.']);
});

test('a bad secret is refused without being told', () => {
  const secretive = defineConfig({
    prefix: 'LONGWIRE_SERVICE',
    settings: { hookKey: { ...secret({ about: 'K.' }), parse: () => ({ ok: false, problem: 'must be longer' }) } },
  });
  assert.deepEqual(faultsOf(secretive, { LONGWIRE_SERVICE_HOOK_KEY: 'hunter2' }), [
    'LONGWIRE_SERVICE_HOOK_KEY must be longer',
  ]);
});

test('unknown names are refused, unless they belong to a neighbour or are shared', () => {
  const faults = faultsOf(schema, {
    LONGWIRE_CONTROL_ANYTHING: '1',
    LONGWIRE_TEST_SERVERS: '1',
    LONGWIRE_CLI_CONTROL_URL: 'http://x',
    LONGWIRE_NATS_URL: 'nats://x',
    LONGWIRE_CONTROL_GRPC: 'a:1',
    LONGWIRE_HEARTBEAT: '2s',
    LONGWIRE_ACESS_WS_PORT: '1',
    LONGWIRE_WHATEVER_IT_IS: '1',
    PATH: '/bin',
  });
  assert.deepEqual(faults, [
    'LONGWIRE_ACESS_WS_PORT is not a known setting, did you mean LONGWIRE_ACCESS_WS_PORT?',
    'LONGWIRE_WHATEVER_IT_IS is not a known setting',
  ]);
});

test('checks across settings run once every setting is fine by itself', () => {
  const env = { LONGWIRE_ACCESS_HEARTBEAT: '1s', LONGWIRE_ACCESS_MAX_ROOMS: '64' };
  assert.deepEqual(faultsOf(schema, env), ['LONGWIRE_ACCESS_HEARTBEAT is too short for so many rooms']);
  assert.equal(faultsOf(schema, { ...env, LONGWIRE_ACCESS_MODE: 'x' }).length, 1);
});

test('the port offset moves every port, also one that was set, but not the free one', () => {
  const offset = { LONGWIRE_PORT_OFFSET: '1000' };
  assert.equal(loadConfig(schema, offset).wsPort, 57_100);
  assert.equal(loadConfig(schema, { ...offset, LONGWIRE_ACCESS_WS_PORT: '5' }).wsPort, 1_005);
  assert.equal(loadConfig(schema, { ...offset, LONGWIRE_ACCESS_WS_PORT: '0' }).wsPort, 0);
  assert.deepEqual(faultsOf(schema, { LONGWIRE_PORT_OFFSET: '20000' }), [
    'LONGWIRE_ACCESS_WS_PORT must be at most 65535 after the port offset of 20000, not "56100"',
  ]);
});

test('a bad port offset is one fault', () => {
  assert.deepEqual(faultsOf(schema, { LONGWIRE_PORT_OFFSET: 'far' }), [
    'LONGWIRE_PORT_OFFSET must be a whole number, not "far"',
  ]);
});

test('the schema of a process can hold those of the apps inside it', () => {
  const control = defineConfig({
    prefix: 'LONGWIRE_CONTROL',
    settings: { ttlMs: duration({ default: '1m', about: 'T.' }), redisUrl: sharedSettings.redisUrl },
  });
  const whole = defineConfig({
    prefix: 'LONGWIRE_STANDALONE',
    settings: { consolePort: port({ default: 7_000, about: 'C.' }) },
    parts: { access: schema, control },
  });
  const config = loadConfig(whole, { LONGWIRE_CONTROL_TTL: '2m', LONGWIRE_REDIS_URL: 'redis://x' });
  assert.equal(config.consolePort, 7_000);
  assert.equal(config.access.wsPort, 56_100);
  assert.equal(config.control.ttlMs, 120_000);
  assert.equal(config.access.redisUrl, config.control.redisUrl);
  assert.equal(faultsOf(whole, { LONGWIRE_CONTROL_TTI: '2m', LONGWIRE_REDIS_URLS: 'x' }).length, 2);
});

test('a choice keeps its texts as a type', () => {
  const mode: 'lead' | 'fixed' = loadConfig(schema, {}).mode;
  assert.equal(mode, 'lead');
});

test('two keys that come to one variable are refused where they are defined', () => {
  const windowMs = duration({ default: '1s', about: 'Time.' });
  const windowBytes = size({ default: '1KiB', about: 'Size.' });
  assert.throws(
    () => defineConfig({ prefix: 'LONGWIRE_X', settings: { windowMs, windowBytes } }),
    /windowMs and windowBytes are both read from LONGWIRE_X_WINDOW/,
  );
});
