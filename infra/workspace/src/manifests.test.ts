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
