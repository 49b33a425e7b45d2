import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, loadConfig } from '@longwire/runtime';
import { consoleConfig, upstreamsOf } from './config.ts';

test('looks for control and service at their default ports, moved by the port offset', () => {
  const config = loadConfig(consoleConfig, { LONGWIRE_PORT_OFFSET: '100' });
  assert.equal(config.port, 7100);
  assert.deepEqual(upstreamsOf(config), { controlUrl: 'http://127.0.0.1:7200', serviceUrl: 'http://127.0.0.1:7300' });
});

test('takes the addresses it is given as they are', () => {
  const env = { LONGWIRE_PORT_OFFSET: '100', LONGWIRE_CONSOLE_CONTROL_URL: 'https://control.example' };
  assert.equal(upstreamsOf(loadConfig(consoleConfig, env)).controlUrl, 'https://control.example');
});

test('refuses an address that is no http URL', () => {
  const env = { LONGWIRE_CONSOLE_SERVICE_URL: 'ftp://x', LONGWIRE_CONSOLE_CONTROL_URL: 'nowhere' };
  assert.throws(
    () => loadConfig(consoleConfig, env),
    (error: ConfigError) => error instanceof ConfigError && error.faults.length === 2,
  );
});
