import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repo = fileURLToPath(new URL('../../..', import.meta.url));

/** A project of the fixture: its folder from the fixture's root, its layer, what it declares, its files. */
export type FixtureProject = {
  readonly folder: string;
  readonly layer: string;
  readonly dependencies?: readonly string[];
  readonly devDependencies?: readonly string[];
  readonly doors?: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
};

/** Rule names reported per file (path from the fixture's root). Files without a report are absent. */
export type Findings = ReadonlyMap<string, readonly string[]>;

/**
 * Writes a throw-away workspace with this repository's lint config, lints it, and returns what was found.
 * A project in `libs/redis` is named `@longwire/redis`, as in the real tree.
 */
export function lintFixture(projects: readonly FixtureProject[], flags: readonly string[] = []): Findings {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'longwire-lint-')));
  try {
    writeWorkspace(root, projects);
    return runOxlint(root, flags);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function writeWorkspace(root: string, projects: readonly FixtureProject[]): void {
  const config = JSON.parse(readFileSync(join(repo, '.oxlintrc.json'), 'utf8')) as Record<string, unknown>;
  config['jsPlugins'] = [join(repo, 'infra/workspace/src/boundaries.ts')];
  write(root, '.oxlintrc.json', JSON.stringify(config));
  write(root, 'nx.json', '{}');
  write(root, 'package.json', '{"name":"fixture","private":true,"type":"module"}');
  mkdirSync(join(root, 'node_modules/@longwire'), { recursive: true });
  for (const name of ['@types', 'typescript', '@typescript', 'oxlint-tsgolint', '@oxlint-tsgolint', '.bin'])
    symlinkSync(join(repo, 'node_modules', name), join(root, 'node_modules', name));
  for (const project of projects) writeProject(root, project);
}

function writeProject(root: string, project: FixtureProject): void {
  const name = `@longwire/${project.folder.split('/').at(-1)}`;
  const versions = (names: readonly string[] = []) => Object.fromEntries(names.map((each) => [each, '0.0.0']));
  const manifest = {
    name,
    type: 'module',
    exports: { '.': './src/index.ts', ...project.doors },
    dependencies: versions(project.dependencies),
    devDependencies: versions(project.devDependencies),
    nx: { tags: [`layer:${project.layer}`] },
  };
  write(root, join(project.folder, 'package.json'), JSON.stringify(manifest));
  const base = JSON.parse(readFileSync(join(repo, 'tsconfig.base.json'), 'utf8')) as object;
  write(root, join(project.folder, 'tsconfig.json'), JSON.stringify({ ...base, include: ['.'] }));
  for (const [path, text] of Object.entries(project.files)) write(root, join(project.folder, path), text);
  symlinkSync(join(root, project.folder), join(root, 'node_modules', name));
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function runOxlint(root: string, flags: readonly string[]): Findings {
  const bin = realpathSync(join(repo, 'node_modules/oxlint/bin/oxlint'));
  const run = spawnSync(process.execPath, [bin, '--format=json', ...flags, '.'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  const found = new Map<string, string[]>();
  for (const { code, filename } of readDiagnostics(run.stdout, run.stderr)) {
    found.set(filename, [...(found.get(filename) ?? []), code]);
  }
  return found;
}

type Diagnostic = { readonly code: string; readonly filename: string };

function readDiagnostics(stdout: string, stderr: string): readonly Diagnostic[] {
  try {
    return (JSON.parse(stdout) as { diagnostics: readonly Diagnostic[] }).diagnostics;
  } catch (cause) {
    throw new Error(`oxlint did not report JSON: ${stdout.slice(0, 500)} ${stderr.slice(0, 500)}`, { cause });
  }
}
