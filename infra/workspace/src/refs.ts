import { posix } from 'node:path';
import * as prettier from 'prettier';

/** The part of nx's file tree that this generator uses; paths are from the workspace root. */
export type Tree = {
  exists(path: string): boolean;
  children(folder: string): string[];
  read(path: string, encoding: 'utf8'): string | null;
  write(path: string, text: string): void;
};

type Manifest = {
  readonly name: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};

type Tsconfig = { references?: readonly { readonly path: string }[] };

/**
 * Makes the `references` of every tsconfig.json equal to the workspace dependencies of the package.json beside it,
 * and those of the root equal to the list of projects. Writes only what differs. Run by `nx sync` and `nx sync:check`.
 */
export async function syncReferences(tree: Tree): Promise<{ outOfSyncMessage: string }> {
  const folders = projectFolders(tree);
  const folderByName = new Map(folders.map((folder) => [readManifest(tree, folder).name, folder]));
  await writeReferences(tree, 'tsconfig.json', folders);
  for (const folder of folders) {
    const manifest = readManifest(tree, folder);
    const targets = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })
      .map((name) => folderByName.get(name))
      .filter((target) => target !== undefined)
      .map((target) => posix.relative(folder, target));
    await writeReferences(tree, posix.join(folder, 'tsconfig.json'), targets);
  }
  return { outOfSyncMessage: 'tsconfig references differ from the dependencies in package.json' };
}

function projectFolders(tree: Tree): string[] {
  const patterns = readManifest(tree, '.').workspaces ?? [];
  const folders = patterns.flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern];
    const parent = pattern.slice(0, -2);
    return tree.children(parent).map((child) => posix.join(parent, child));
  });
  return folders.filter((folder) => tree.exists(posix.join(folder, 'tsconfig.json'))).toSorted();
}

function readManifest(tree: Tree, folder: string): Manifest {
  return readJson<Manifest>(tree, posix.join(folder, 'package.json'));
}

function readJson<T>(tree: Tree, path: string): T {
  const text = tree.read(path, 'utf8');
  if (text === null) throw new Error(`${path} does not exist`);
  return JSON.parse(text) as T;
}

async function writeReferences(tree: Tree, path: string, targets: readonly string[]): Promise<void> {
  const tsconfig = readJson<Tsconfig>(tree, path);
  const wanted = targets.toSorted();
  const present = (tsconfig.references ?? []).map((reference) => reference.path);
  if (JSON.stringify(wanted) === JSON.stringify(present)) return;
  tsconfig.references = wanted.map((target) => ({ path: target }));
  tree.write(path, await prettier.format(JSON.stringify(tsconfig, null, 2), { parser: 'json', printWidth: 120 }));
}
