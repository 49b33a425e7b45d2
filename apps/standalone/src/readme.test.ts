import { test } from 'node:test';
import { describeSettings } from '@longwire/runtime';
import { assertReadmeTables } from '@longwire/testkit';
import { standaloneConfig } from './config.ts';

test('the README has the settings of the code', () => {
  const own = { ...standaloneConfig, parts: {} };
  assertReadmeTables(new URL('../README.md', import.meta.url), { settings: describeSettings(own) });
});
