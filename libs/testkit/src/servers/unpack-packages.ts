import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFolderLock } from './folder-lock.ts';

const run = promisify(execFile);
const cacheRoot = fileURLToPath(new URL('../../../../.cache', import.meta.url));

export type PackageSet = {
  readonly packages: readonly string[];
  /** Left out where the release does not know them. */
  readonly libraries: readonly string[];
  /** Throws when what was unpacked does not work. */
  readonly check: (folder: string) => Promise<void>;
};

/**
 * Downloads packages of the distribution and unpacks them into `.cache/<name>` of this repository, once: no root, nothing
 * installed, no service started. Returns the folder; undefined where there is no apt. Safe to call from many processes.
 */
export async function unpackPackages(name: string, set: PackageSet): Promise<string | undefined> {
  if (!['/usr/bin/apt-get', '/usr/bin/dpkg'].every((path) => existsSync(path))) return undefined;
  const cache = join(cacheRoot, name);
  const folder = join(cache, releaseName());
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    await withFolderLock(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await unpackInto(folder, set);
    });
  }
  return folder;
}

/** What an unpacked program's loader needs. */
export function findLibraryPath(folder: string): string {
  const libraryFolders = globSync(['usr/lib/*-linux-gnu*', 'lib/*-linux-gnu*'], { cwd: folder });
  return libraryFolders.map((each) => join(folder, each)).join(':');
}

/** Runs an unpacked program to its end; rejects when it fails. Resolves with all that it printed. */
export async function runUnpacked(folder: string, path: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await run(path, [...args], { env: { LD_LIBRARY_PATH: findLibraryPath(folder) } });
  return stdout + stderr;
}

function releaseName(): string {
  const release = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${field('ID')}-${field('VERSION_ID')}-${process.arch}`;
}

async function unpackInto(folder: string, set: PackageSet): Promise<void> {
  const draft = `${folder}.draft-${process.pid}`;
  const debs = join(draft, 'debs');
  mkdirSync(debs, { recursive: true });
  try {
    await download(debs, set);
    for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), draft]);
    rmSync(debs, { recursive: true });
    await set.check(draft);
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function download(folder: string, { packages, libraries }: PackageSet): Promise<void> {
  const lists = await aptOptions();
  const fetch = async () => {
    const { stdout } = await run('apt-cache', [...lists, 'pkgnames'], { maxBuffer: 64 << 20 });
    const known = new Set(stdout.split('\n'));
    const wanted = [...packages, ...libraries.filter((name) => known.has(name))];
    await run('apt-get', [...lists, 'download', ...wanted], { cwd: folder, timeout: 120_000 });
  };
  try {
    await fetch();
  } catch {
    // Lists older than the archive name files that are gone: refresh them and try once more.
    await run('apt-get', [...(await ownListOptions()), 'update'], { timeout: 120_000 });
    lists.splice(0, lists.length, ...(await ownListOptions()));
    await fetch();
  }
}

async function aptOptions(): Promise<string[]> {
  if (globSync('/var/lib/apt/lists/*_Packages*').length > 0) return [];
  const options = await ownListOptions();
  await run('apt-get', [...options, 'update'], { timeout: 120_000 });
  return options;
}

// Without root the system's lists cannot be written; apt works just as well on lists of our own.
async function ownListOptions(): Promise<string[]> {
  if (process.getuid?.() === 0) return [];
  const lists = join(cacheRoot, 'apt/lists');
  const archives = join(cacheRoot, 'apt/cache/archives');
  for (const folder of [lists, archives]) mkdirSync(join(folder, 'partial'), { recursive: true });
  return ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${join(cacheRoot, 'apt/cache')}`];
}
