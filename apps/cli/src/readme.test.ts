import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assertReadmeTables } from '@longwire/testkit';
import { treeOf } from './completion/tree.ts';
import { EXIT } from './cli-error.ts';
import type { Io } from './io.ts';
import { createProgram } from './program.ts';

const readme = new URL('../README.md', import.meta.url);
const tree = treeOf(createProgram({} as Io));

test('the README has every command with its summary', () => {
  const rows = tree.flatMap(({ path, commands }) =>
    commands
      .filter(({ name }) => tree.find((node) => node.path === `${path} ${name}`.trim())?.commands.length === 0)
      .map(({ name, about }) => `| \`${`${path} ${name}`.trim()}\` | ${about} |`),
  );
  assert.ok(rows.length > 15);
  assertReadmeTables(readme, { commands: ['| command | does |', '| --- | --- |', ...rows].join('\n') });
});

test('the README names every exit code and every variable of the environment', () => {
  const text = readFileSync(readme, 'utf8');
  const [, exits = ''] = /<!-- exits -->([^]*)<!-- \/exits -->/.exec(text) ?? [];
  assert.deepEqual(
    [...exits.matchAll(/^\| (\d+) /gm)].map(([, code]) => Number(code)),
    Object.values(EXIT),
  );
  for (const { envVar } of createProgram({} as Io).options) {
    if (envVar !== undefined) assert.ok(text.includes(`\`${envVar}\``), envVar);
  }
});
