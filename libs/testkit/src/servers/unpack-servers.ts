import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withFolderLock } from './folder-lock.ts';
import type { ServerName } from './locate-server.ts';

const run = promisify(execFile);
const cache = fileURLToPath(new URL('../../../../.cache/servers', import.meta.url));

// redis-server is a symlink into redis-tools; the rest is what both link against beyond a minimal system. Which of
// the libraries exist depends on the release, so names that apt does not know are left out.
const packages = ['nats-server', 'redis-server', 'redis-tools'];
const libraries = ['libjemalloc2', 'liblzf1', 'lua-cjson', 'lua-bitop', 'liblua5.1-0', 'libatomic1', 'libssl3'];

export type UnpackedServers = {
  readonly programs: Readonly<Partial<Record<ServerName, string>>>;
  readonly libraryPath: string;
};

/**
 * Downloads the servers from the distribution's packages and unpacks them into the cache of this repository, once:
 * no root, nothing installed, no service started. Undefined where there is no apt. Safe to call from many processes.
 */
export async function unpackServers(): Promise<UnpackedServers | undefined> {
  if (!['/usr/bin/apt-get', '/usr/bin/dpkg'].every((path) => existsSync(path))) return undefined;
  const folder = join(cache, releaseName());
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    await withFolderLock(`${folder}.lock`, async () => {
      if (!existsSync(folder)) await unpackInto(folder);
    });
  }
  return readUnpacked(folder);
}

function releaseName(): string {
  const release = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string) => new RegExp(`^${name}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? 'unknown';
  return `${field('ID')}-${field('VERSION_ID')}-${process.arch}`;
}

async function unpackInto(folder: string): Promise<void> {
  const draft = `${folder}.draft-${process.pid}`;
  const debs = join(draft, 'debs');
  mkdirSync(debs, { recursive: true });
  try {
    await download(debs);
    for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), draft]);
    rmSync(debs, { recursive: true });
    const { programs, libraryPath } = readUnpacked(draft);
    for (const path of Object.values(programs)) {
      await run(path, ['--version'], { env: { LD_LIBRARY_PATH: libraryPath } });
    }
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

async function download(folder: string): Promise<void> {
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
  const lists = join(cache, 'apt/lists');
  const archives = join(cache, 'apt/cache/archives');
  for (const folder of [lists, archives]) mkdirSync(join(folder, 'partial'), { recursive: true });
  return ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${join(cache, 'apt/cache')}`];
}

function readUnpacked(folder: string): UnpackedServers {
  const programs: Partial<Record<ServerName, string>> = {};
  for (const name of ['nats-server', 'redis-server'] as const) {
    const [found] = globSync(`usr/{bin,sbin}/${name}`, { cwd: folder });
    if (found !== undefined) programs[name] = join(folder, found);
  }
  const libraryFolders = globSync(['usr/lib/*-linux-gnu*', 'lib/*-linux-gnu*'], { cwd: folder });
  return { programs, libraryPath: libraryFolders.map((each) => join(folder, each)).join(':') };
}
