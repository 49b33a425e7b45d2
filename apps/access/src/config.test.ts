import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, loadConfig } from '@longwire/runtime';
import { accessConfig } from './config.ts';

test('all defaults together are a valid config', () => {
  const config = loadConfig(accessConfig, {});
  assert.deepEqual([config.wsPort, config.tcpPort, config.heartbeatMs, config.drainMs], [56100, 56101, 30_000, 20_000]);
});

test('settings that do not go together are refused, all at once, by name', () => {
  const env = {
    LONGWIRE_ACCESS_PLAIN_TRANSPORTS: 'false',
    LONGWIRE_ACCESS_OUTBOX_MARK: '2MiB',
  };
  assert.throws(
    () => loadConfig(accessConfig, env),
    (error) =>
      error instanceof ConfigError && /PLAIN_TRANSPORTS/.test(error.message) && /OUTBOX_MARK/.test(error.message),
  );
  assert.throws(() => loadConfig(accessConfig, { LONGWIRE_ACCESS_TLS_KEY_FILE: 'key.pem' }), /TLS_CERT_FILE/);
});
