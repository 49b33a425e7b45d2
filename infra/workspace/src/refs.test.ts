import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syncReferences } from './refs.ts';
import type { Tree } from './refs.ts';

function treeOf(files: Record<string, unknown>): Tree & { readonly written: Map<string, string> } {
  const texts = new Map(Object.entries(files).map(([path, value]) => [path, JSON.stringify(value)]));
  const written = new Map<string, string>();
  return {
    written,
    exists: (path) => texts.has(path),
    children: (folder) => [
      ...new Set([...texts.keys()].filter((p) => p.startsWith(`${folder}/`)).map((p) => p.split('/')[1] ?? '')),
    ],
    read: (path) => texts.get(path) ?? null,
    write: (path, text) => void written.set(path, text),
  };
}

function workspace(references: readonly { path: string }[]) {
  return {
    'package.json': { name: 'root', workspaces: ['libs/*', 'e2e'] },
    'tsconfig.json': { files: [], references: [{ path: 'e2e' }, { path: 'libs/a' }, { path: 'libs/b' }] },
    'libs/a/package.json': { name: '@longwire/a' },
    'libs/a/tsconfig.json': {},
    'libs/b/package.json': { name: '@longwire/b', dependencies: { zod: '1', '@longwire/a': '0.0.0' } },
    'libs/b/tsconfig.json': { references },
    'e2e/package.json': { name: '@longwire/e2e', devDependencies: { '@longwire/b': '0.0.0' } },
    'e2e/tsconfig.json': { references: [{ path: '../libs/b' }] },
  };
}

test('writes nothing when every reference is in place', async () => {
  const tree = treeOf(workspace([{ path: '../a' }]));
  await syncReferences(tree);
  assert.deepEqual([...tree.written.keys()], []);
});

test('adds a missing reference and drops a stale one', async () => {
  const tree = treeOf(workspace([{ path: '../gone' }]));
  await syncReferences(tree);
  assert.deepEqual([...tree.written.keys()], ['libs/b/tsconfig.json']);
  assert.deepEqual(JSON.parse(tree.written.get('libs/b/tsconfig.json') ?? ''), { references: [{ path: '../a' }] });
});
