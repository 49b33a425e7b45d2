import { test } from 'node:test';
import { assertReadmeTables } from '@longwire/testkit';
import { describeSettings } from './config/describe-settings.ts';
import { defineConfig } from './config/schema.ts';
import { sharedSettings } from './config/shared-settings.ts';

test('the README lists the shared settings as they are', () => {
  assertReadmeTables(new URL('../README.md', import.meta.url), {
    settings: describeSettings(defineConfig({ prefix: 'LONGWIRE', settings: sharedSettings })),
  });
});
