import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, loadConfig } from './load-config.ts';
import { durations } from './number-builders.ts';
import { defineConfig } from './schema.ts';

const schema = defineConfig({
  prefix: 'LONGWIRE_X',
  settings: { spacing: durations({ default: '1s,2s', min: '100ms', max: '1m', about: 'Waits.' }) },
});

test('durations are read one by one, blanks around them dropped', () => {
  assert.deepEqual(loadConfig(schema, {}).spacing, [1000, 2000]);
  assert.deepEqual(loadConfig(schema, { LONGWIRE_X_SPACING: '100ms, 1m' }).spacing, [100, 60_000]);
});

test('none at all, one out of range and one that is none are refused, by name', () => {
  for (const text of ['1s,', '1s,99ms', '1s,2m', 'often']) {
    assert.throws(
      () => loadConfig(schema, { LONGWIRE_X_SPACING: text }),
      (error) => error instanceof ConfigError && error.faults.some((fault) => fault.includes('LONGWIRE_X_SPACING')),
      text,
    );
  }
});
