import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as door from './index.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const listed = new Set(
  [
    ...((readme.split('\n## Public names\n')[1] ?? '').split('\nA server reads')[0]?.matchAll(/`([A-Za-z_]+)`/g) ?? []),
  ].map(([, name]) => name),
);

test('the README lists exactly the values that the library exports', () => {
  assert.deepEqual(listed, new Set(Object.keys(door)));
});
