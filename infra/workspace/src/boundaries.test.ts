import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isAllowedEdge, layers, productionEdges } from './edges.ts';
import { lintFixture } from './lint-fixture.ts';
import type { FixtureProject, Findings } from './lint-fixture.ts';

// The rule as the style guide writes it, kept apart from the table so that a slip in either shows.
const written = [
  'app -> domain wire auth runtime adapter proto',
  'standalone -> domain wire auth runtime adapter proto app console',
  'console -> domain wire client runtime',
  'cli -> domain client',
  'domain ->',
  'wire -> domain',
  'auth -> domain',
  'runtime -> domain',
  'adapter -> domain runtime proto',
  'proto ->',
  'client -> domain wire',
  'test -> domain',
  'e2e -> domain wire auth client test',
  'workspace -> runtime test',
];

const pairs = layers.flatMap((from) => layers.map((to) => ({ from, to })));

function projectsOfEachLayer(): FixtureProject[] {
  const sources = layers.map((from) => ({
    folder: `libs/${from}-a`,
    layer: from,
    dependencies: layers.map((to) => `@longwire/${to}-b`),
    files: Object.fromEntries(
      layers.flatMap((to) => [
        [`src/${to}.ts`, `import '@longwire/${to}-b';\n`],
        [`src/${to}.test.ts`, `import '@longwire/${to}-b';\n`],
        [`test/${to}.ts`, `import '@longwire/${to}-b';\n`],
      ]),
    ),
  }));
  const targets = layers.map((to) => ({
    folder: `libs/${to}-b`,
    layer: to,
    files: { 'src/index.ts': 'export {};\n' },
  }));
  return [...sources, ...targets];
}

describe('layer edges', () => {
  test('the table says what the style guide says', () => {
    assert.deepEqual(
      written,
      layers.map((layer) => `${layer} -> ${productionEdges[layer].join(' ')}`.trimEnd()),
    );
  });

  const findings = lintFixture(projectsOfEachLayer());
  const verdictOf = (path: string) => (findings.has(path) ? findings.get(path)?.join() : 'allowed');

  for (const { from, to } of pairs) {
    const inShipped = isAllowedEdge(from, to, false) ? 'allowed' : 'longwire(layers)';
    const inTests = isAllowedEdge(from, to, true) ? 'allowed' : 'longwire(layers)';
    test(`${from} -> ${to}: ${inShipped} in shipped code, ${inTests} in tests`, () => {
      assert.equal(verdictOf(`libs/${from}-a/src/${to}.ts`), inShipped);
      assert.equal(verdictOf(`libs/${from}-a/src/${to}.test.ts`), inTests);
      assert.equal(verdictOf(`libs/${from}-a/test/${to}.ts`), inTests);
    });
  }
});

const forbiddenForms: Record<string, string> = {
  'import-names': `import { x } from '@longwire/redis';\nx();\n`,
  'import-type': `import type { X } from '@longwire/redis';\nexport type Y = X;\n`,
  'import-all': `import * as all from '@longwire/redis';\nall.x();\n`,
  'export-from': `export { x } from '@longwire/redis';\n`,
  'import-call': `export const x = import('@longwire/redis');\n`,
  'import-template': 'export const x = import(`@longwire/redis`);\n',
  'type-import': `export type X = import('@longwire/redis').X;\n`,
  'create-require': `import { createRequire } from 'node:module';\ncreateRequire(import.meta.url)('@longwire/redis');\n`,
  'require-resolve': `import.meta.resolve('@longwire/redis');\n`,
};

describe('ways to write an import', () => {
  const files = Object.fromEntries(Object.entries(forbiddenForms).map(([name, text]) => [`src/${name}.ts`, text]));
  const findings = lintFixture([
    { folder: 'libs/nats', layer: 'adapter', dependencies: ['@longwire/redis'], files },
    { folder: 'libs/redis', layer: 'adapter', files: { 'src/index.ts': 'export {};\n' } },
  ]);
  for (const name of Object.keys(forbiddenForms)) {
    test(`an adapter cannot reach another by ${name}`, () => {
      assert.ok(findings.get(`libs/nats/src/${name}.ts`)?.includes('longwire(layers)'));
    });
  }
});

type Case = readonly [file: string, rule: string, text: string];

function check(findings: Findings, cases: readonly Case[]): void {
  for (const [file, rule] of cases) {
    const expected = rule === '' ? [] : [rule];
    test(`${file}: ${rule === '' ? 'passes' : rule}`, () => {
      assert.deepEqual([...new Set(findings.get(file) ?? [])], expected);
    });
  }
}

function projectsFrom(cases: readonly Case[], shapes: Readonly<Record<string, Partial<FixtureProject>>>) {
  return Object.entries(shapes).map(([folder, shape]) => ({
    folder,
    layer: 'app',
    ...shape,
    files: Object.fromEntries(
      cases
        .filter(([file]) => file.startsWith(`${folder}/`))
        .map(([file, , text]) => [file.slice(folder.length + 1), text]),
    ),
  }));
}

const boundaryCases: readonly Case[] = [
  ['apps/logic/src/undeclared.ts', 'longwire(declared)', `import '@longwire/auth';\n`],
  ['apps/logic/src/undeclared-package.ts', 'longwire(declared)', `import 'zod';\n`],
  ['apps/logic/src/dev-in-shipped.ts', 'longwire(declared)', `import 'fast-check';\n`],
  ['apps/logic/src/dev-in-test.test.ts', '', `import 'fast-check';\n`],
  ['apps/logic/src/own-name.ts', 'longwire(declared)', `import '@longwire/logic';\n`],
  ['apps/logic/src/leaves.ts', 'longwire(relative)', `import '../../../libs/domain/src/index.ts';\n`],
  ['apps/logic/src/stays.ts', '', `import '../test/server.ts';\n`],
  ['apps/logic/test/server.ts', '', `import 'node:net';\n`],
  ['apps/logic/src/deep.ts', 'longwire(doors)', `import '@longwire/domain/src/ids.ts';\n`],
  ['apps/logic/src/second-door.ts', '', `import '@longwire/domain/ports';\n`],
  ['apps/logic/src/redis.ts', 'longwire(fences)', `import 'ioredis';\n`],
  ['apps/logic/test/redis.ts', 'longwire(fences)', `import 'ioredis';\n`],
  ['apps/logic/src/nats.ts', 'longwire(fences)', `import 'nats';\n`],
  ['apps/logic/src/jetstream.ts', 'longwire(fences)', `import '@nats-io/jetstream';\n`],
  ['apps/logic/src/grpc.ts', 'longwire(fences)', `import '@grpc/grpc-js';\n`],
  ['apps/logic/src/rival.ts', 'longwire(fences)', `import 'socket.io';\n`],
  ['libs/redis/src/redis.ts', '', `import 'ioredis';\n`],
  ['libs/redis/test/redis.int.test.ts', '', `import 'ioredis';\n`],
  ['libs/nats/src/nats.ts', '', `import 'nats';\nimport '@nats-io/jetstream';\n`],
  ['libs/rpc/src/grpc.ts', '', `import '@grpc/grpc-js';\n`],
  ['libs/domain/src/node.ts', 'longwire(portable)', `import 'node:fs';\n`],
  ['libs/domain/src/bare-node.ts', 'longwire(portable)', `import 'fs';\n`],
  ['libs/domain/src/buffer.ts', 'longwire(node-globals)', `export const x = Buffer.alloc(1);\n`],
  ['libs/domain/src/builtin.ts', 'longwire(portable)', `import('node:fs').catch(String);\n`],
  ['libs/domain/src/node.test.ts', '', `import 'node:test';\n`],
  ['libs/wire/src/node.ts', 'longwire(portable)', `import 'node:zlib';\n`],
  ['libs/client/src/core.ts', 'longwire(portable)', `import 'node:net';\n`],
  ['libs/client/src/ws.ts', 'longwire(fences)', `import 'ws';\n`],
  ['libs/client/src/node/ws.ts', 'longwire(fences)', `import 'ws';\n`],
  ['libs/client/src/node/net.ts', '', `import 'node:net';\n`],
  ['apps/logic/src/env.ts', 'longwire(process-env)', `export const x = process.env;\n`],
  ['apps/logic/src/env-key.ts', 'longwire(process-env)', `export const x = process['env']['A'];\n`],
  ['apps/logic/src/env-global.ts', 'longwire(process-env)', `export const x = globalThis.process.env;\n`],
  ['apps/logic/src/env-taken.ts', 'longwire(process-env)', `export const { env } = process;\n`],
  [
    'apps/logic/src/env-import.ts',
    'longwire(process-env)',
    `import { env } from 'node:process';\nexport const x = env;\n`,
  ],
  ['libs/runtime/src/config.ts', '', `export const x = process.env;\n`],
  ['libs/runtime/src/config/load.ts', '', `export const x = process.env;\n`],
  ['libs/runtime/src/log.ts', 'longwire(process-env)', `export const x = process.env;\n`],
  ['apps/logic/src/star.ts', 'longwire(no-export-star)', `export * from './stays.ts';\n`],
  ['apps/logic/src/star-as.ts', 'longwire(no-export-star)', `export * as all from './stays.ts';\n`],
  ['apps/logic/src/default.ts', 'import(no-default-export)', `export default 1;\n`],
  ['apps/logic/vite.config.ts', '', `import 'fast-check';\nexport default {};\n`],
];

describe('boundaries', () => {
  const shapes = {
    'apps/logic': {
      dependencies: ['@longwire/domain', 'ioredis', 'nats', '@nats-io/jetstream', '@grpc/grpc-js', 'socket.io'],
      devDependencies: ['fast-check'],
    },
    'libs/domain': { layer: 'domain', doors: { './ports': './src/ports.ts' } },
    'libs/auth': { layer: 'auth' },
    'libs/wire': { layer: 'wire' },
    'libs/runtime': { layer: 'runtime' },
    'libs/client': { layer: 'client', dependencies: ['ws'] },
    'libs/redis': { layer: 'adapter', dependencies: ['ioredis'] },
    'libs/nats': { layer: 'adapter', dependencies: ['nats', '@nats-io/jetstream'] },
    'libs/rpc': { layer: 'adapter', dependencies: ['@grpc/grpc-js'] },
  };
  check(lintFixture(projectsFrom(boundaryCases, shapes)), boundaryCases);
});

const houseCases: readonly Case[] = [
  ['apps/logic/src/long.ts', 'eslint(max-lines)', 'export {};\n' + 'console.log(1);\n'.repeat(400)],
  ['apps/logic/src/long-comment.ts', '', 'export {};\n' + '// why\n\n'.repeat(400)],
  ['apps/logic/src/any.ts', 'typescript(no-explicit-any)', 'export function f(x: any): void {\n  void x;\n}\n'],
  [
    'apps/logic/src/not-null.ts',
    'typescript(no-non-null-assertion)',
    'export function f(x?: number): number {\n  return x!;\n}\n',
  ],
  ['apps/logic/src/cycle-a.ts', 'import(no-cycle)', `import { b } from './cycle-b.ts';\nexport const a = () => b;\n`],
  ['apps/logic/src/cycle-b.ts', 'import(no-cycle)', `import { a } from './cycle-a.ts';\nexport const b = () => a;\n`],
  ['apps/logic/src/type-c.ts', 'import(no-cycle)', `import type { D } from './type-d.ts';\nexport type C = D[];\n`],
  ['apps/logic/src/type-d.ts', 'import(no-cycle)', `import type { C } from './type-c.ts';\nexport type D = C | 1;\n`],
  [
    'apps/logic/src/value-import.ts',
    'typescript(consistent-type-imports)',
    `import { a } from './cycle-a.ts';\nexport type A = typeof a;\n`,
  ],
  [
    'apps/logic/src/floating.ts',
    'typescript(no-floating-promises)',
    'async function f(): Promise<void> {}\nexport function g(): void {\n  f();\n}\n',
  ],
  [
    'apps/logic/src/misused.ts',
    'typescript(no-misused-promises)',
    'async function f(): Promise<boolean> {\n  return true;\n}\nexport const g = (): number => (f() ? 1 : 2);\n',
  ],
  ['apps/logic/src/known-safe.test.ts', '', `import { test } from 'node:test';\ntest('x', () => {});\n`],
];

describe('house rules', () => {
  check(lintFixture(projectsFrom(houseCases, { 'apps/logic': {} }), ['--type-aware']), houseCases);
});
