import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, secret, text } from './builders.ts';
import { describeSettings } from './describe-settings.ts';
import { loadConfig } from './load-config.ts';
import { duration } from './number-builders.ts';
import { printConfig, redactUrls } from './print-config.ts';
import { defineConfig } from './schema.ts';

const inner = defineConfig({
  prefix: 'LONGWIRE_CONTROL',
  settings: { hook: text({ default: 'https://me:hunter2@hooks.example/x', about: 'Hook.' }) },
});
const schema = defineConfig({
  prefix: 'LONGWIRE_SERVICE',
  settings: {
    waitMs: duration({ default: '2s', min: '1s', max: '1m', about: 'How long.' }),
    name: text({ about: 'Whose.' }),
    apiKey: secret({ default: null, env: 'LONGWIRE_API_KEY', about: 'Key.' }),
    tokenKeys: list({ default: [], isSecret: true, env: 'LONGWIRE_TOKEN_KEYS', about: 'Keys.' }),
  },
  parts: { inner },
});

test('the table for a README says name, type, default, range and meaning', () => {
  assert.equal(
    describeSettings(schema),
    [
      '| Setting | Type | Default | Range | Meaning |',
      '| --- | --- | --- | --- | --- |',
      '| `LONGWIRE_SERVICE_WAIT` | duration | `2s` | 1s - 1m | How long. |',
      '| `LONGWIRE_SERVICE_NAME` | text | required | - | Whose. |',
      '| `LONGWIRE_API_KEY` | secret | none | - | Key. |',
      '| `LONGWIRE_TOKEN_KEYS` | list | none | - | Keys. |',
      '| `LONGWIRE_CONTROL_HOOK` | text | `https://me:hunter2@hooks.example/x` | - | Hook. |',
    ].join('\n'),
  );
});

test('a printed config has no secret in it, nor a password of a URL', () => {
  const config = loadConfig(schema, {
    LONGWIRE_SERVICE_NAME: 'demo',
    LONGWIRE_API_KEY: 'hunter2',
    LONGWIRE_TOKEN_KEYS: 'k1:hunter2',
  });
  const printed = printConfig(schema, config);
  assert.doesNotMatch(printed, /hunter2/);
  assert.deepEqual(JSON.parse(printed), {
    waitMs: 2_000,
    name: 'demo',
    apiKey: '[redacted]',
    tokenKeys: '[redacted]',
    inner: { hook: 'https://[redacted]@hooks.example/x' },
  });
});

test('a secret that is not set is printed as such', () => {
  const printed = printConfig(schema, loadConfig(schema, { LONGWIRE_SERVICE_NAME: 'demo' }));
  assert.match(printed, /"apiKey": null/);
  assert.match(printed, /"tokenKeys": \[\]/);
});

test('users and passwords are taken out of every URL of a text', () => {
  assert.equal(
    redactUrls('no redis://u:p@ss@a:1/2 nor nats://tok@b'),
    'no redis://[redacted]@a:1/2 nor nats://[redacted]@b',
  );
  assert.equal(redactUrls('http://a:1/x?to=me@b'), 'http://a:1/x?to=me@b');
});
