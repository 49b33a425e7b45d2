import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isAllowedEdge } from './edges.ts';
import { projectNamed, projectOf } from './project-of.ts';
import type { Project } from './project-of.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const manifests = globSync(
  ['{apps,libs}/*/package.json', 'infra/workspace/package.json', '{protos,e2e}/package.json'],
  {
    cwd: root,
  },
);

/** Types come with their package, and what generates protos is called by its configuration. */
const UNNAMED = [/^@types\//, /^(@bufbuild\/buf|ts-proto)$/];

/** All that a project says in code, generated code included, and in the commands of its manifest. */
function wordsOf(folder: string): string {
  const files = globSync('**/*.{ts,tsx,mjs,js,html,css,json}', {
    cwd: folder,
    exclude: (path) => /(^|\/)(node_modules|dist|out-tsc|results)$/.test(path),
  });
  const {
    dependencies: _,
    devDependencies: __,
    ...manifest
  } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const code = files.filter((path) => path !== 'package.json').map((path) => readFileSync(join(folder, path), 'utf8'));
  return [JSON.stringify(manifest), ...code].join('\n');
}

function targetsOf(project: Project, names: ReadonlySet<string>): readonly Project[] {
  return [...names].map((name) => projectNamed(name, project.workspaceRoot)).filter((each) => each !== undefined);
}

for (const path of manifests) {
  const project = projectOf(join(root, dirname(path)));

  test(`${dirname(path)} declares a layer and only edges the table allows`, () => {
    assert.ok(project?.layer, 'nx.tags has no known layer');
    const from = project.layer;
    for (const [names, isTest] of [
      [project.dependencies, false],
      [project.devDependencies, true],
    ] as const) {
      for (const to of targetsOf(project, names)) {
        assert.ok(to.layer && isAllowedEdge(from, to.layer, isTest), `${project.name} -> ${to.name}`);
      }
    }
  });

  test(`${dirname(path)} declares nothing that it does not use`, () => {
    const words = wordsOf(join(root, dirname(path)));
    const declared = [...(project?.dependencies ?? []), ...(project?.devDependencies ?? [])];
    const isUsed = (name: string): boolean =>
      UNNAMED.some((pattern) => pattern.test(name)) || ["'", '"', '/'].some((end) => words.includes(`${name}${end}`));
    assert.deepEqual(
      declared.filter((name) => !isUsed(name)),
      [],
    );
  });

  test(`${dirname(path)} pins every version`, () => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^(npm:@?[^@]+@)?\d+\.\d+\.\d+$/, name);
    }
  });
}

test('the lockfile can be installed on every platform: no optional package was dropped from it', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const isLocked = (from: string, name: string): boolean => {
    if (`${from === '' ? '' : `${from}/`}node_modules/${name}` in lock.packages) return true;
    return from !== '' && isLocked(from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))), name);
  };
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !isLocked(path, name)),
  );
  assert.deepEqual(missing, []);
});
