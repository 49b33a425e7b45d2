import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { describeSettings } from './config/describe-settings.ts';
import { defineConfig } from './config/schema.ts';
import { sharedSettings } from './config/shared-settings.ts';

test('the README lists the shared settings as they are', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const table = /<!-- settings -->\n([\s\S]*?)<!-- \/settings -->/.exec(readme)?.[1];
  const wanted = describeSettings(defineConfig({ prefix: 'LONGWIRE', settings: sharedSettings }));
  assert.equal(rows(table ?? ''), rows(wanted));
});

/** The table without the padding that the formatter adds. */
function rows(table: string): string {
  return table.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---').trim();
}
