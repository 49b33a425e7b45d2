import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { layers, type Layer } from './edges.ts';

/** What the boundary lint knows about one workspace project. */
export type Project = {
  readonly name: string;
  readonly folder: string;
  readonly workspaceRoot: string;
  readonly layer: Layer | undefined;
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  readonly doors: readonly string[];
};

type Manifest = {
  readonly name?: string;
  readonly exports?: Record<string, unknown>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly nx?: { readonly tags?: readonly string[] };
};

const projectByFolder = new Map<string, Project | undefined>();

function readManifest(folder: string): Manifest | undefined {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : undefined;
}

function findWorkspaceRoot(folder: string): string | undefined {
  if (existsSync(join(folder, 'nx.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : findWorkspaceRoot(parent);
}

function layerOf(manifest: Manifest): Layer | undefined {
  const tag = manifest.nx?.tags?.find((candidate) => candidate.startsWith('layer:'))?.slice('layer:'.length);
  return layers.find((layer) => layer === tag);
}

function readProject(folder: string): Project | undefined {
  const manifest = readManifest(folder);
  const workspaceRoot = findWorkspaceRoot(folder);
  if (manifest?.name === undefined || workspaceRoot === undefined || workspaceRoot === folder) return undefined;
  return {
    name: manifest.name,
    folder,
    workspaceRoot,
    layer: layerOf(manifest),
    dependencies: new Set(Object.keys(manifest.dependencies ?? {})),
    devDependencies: new Set(Object.keys(manifest.devDependencies ?? {})),
    doors: Object.keys(manifest.exports ?? {}),
  };
}

/** The project that owns `folder`, or undefined for the workspace root and anything outside. Cached per process. */
export function projectOf(folder: string): Project | undefined {
  if (projectByFolder.has(folder)) return projectByFolder.get(folder);
  let project = readProject(folder);
  if (project === undefined && readManifest(folder) === undefined) {
    const parent = dirname(folder);
    project = parent === folder ? undefined : projectOf(parent);
  }
  projectByFolder.set(folder, project);
  return project;
}

/** The workspace project linked under `name` in the root's node_modules, or undefined for a third-party package. */
export function projectNamed(name: string, workspaceRoot: string): Project | undefined {
  const scope = name.split('/')[0];
  if (scope !== '@longwire') return undefined;
  return projectOf(join(workspaceRoot, 'node_modules', name));
}

/** `file` from the workspace root, with forward slashes, as the tables in edges.ts write it. */
export function workspacePath(project: Project, file: string): string {
  return relative(project.workspaceRoot, file).split(sep).join('/');
}

/** True for `*.test.ts(x)` and everything in a project's `test/` folder. */
export function isTestFile(project: Project, file: string): boolean {
  return /\.test\.tsx?$/.test(file) || relative(project.folder, file).split(sep)[0] === 'test';
}
