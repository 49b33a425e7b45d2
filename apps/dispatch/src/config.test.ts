import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, describeSettings, loadConfig } from '@longwire/runtime';
import { dispatchConfig } from './config.ts';

test('the defaults are a lead of 200 ms, 200 messages and 256 KiB, and leases of 2 s renewed every 500 ms', () => {
  const config = loadConfig(dispatchConfig, {});
  assert.deepEqual([config.windowMs, config.windowMessages, config.windowBytes], [200, 200, 256 * 1024]);
  assert.deepEqual([config.leaseTtlMs, config.leaseRenewMs], [2000, 500]);
});

test('leases that could lapse after two missed rounds, and a process bound below a room, are refused together', () => {
  const environment = {
    LONGWIRE_DISPATCH_LEASE_RENEW: '1s',
    LONGWIRE_DISPATCH_QUEUE: '1MiB',
  };
  assert.throws(
    () => loadConfig(dispatchConfig, environment),
    (error) => error instanceof ConfigError && /LEASE_RENEW/.test(error.message) && /ROOM_QUEUE/.test(error.message),
  );
});

test('each setting has a variable of its own', () => {
  const rows = describeSettings(dispatchConfig).split('\n').length - 2;
  assert.equal(rows, Object.keys(dispatchConfig.settings).length);
});
