import { globSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraryPath, runUnpacked, unpackPackages } from './unpack-packages.ts';

export type ServerName = 'nats-server' | 'redis-server';

// redis-server is a symlink into redis-tools; the rest is what both link against beyond a minimal system. Which of
// the libraries exist depends on the release, so names that apt does not know are left out.
const packages = ['nats-server', 'redis-server', 'redis-tools'];
const libraries = ['libjemalloc2', 'liblzf1', 'lua-cjson', 'lua-bitop', 'liblua5.1-0', 'libatomic1', 'libssl3'];

export type UnpackedServers = {
  readonly programs: Readonly<Partial<Record<ServerName, string>>>;
  readonly libraryPath: string;
};

/** The servers from the distribution's packages, see {@link unpackPackages}. Undefined where there is no apt. */
export async function unpackServers(): Promise<UnpackedServers | undefined> {
  const check = async (folder: string): Promise<void> => {
    const { programs } = readUnpacked(folder);
    for (const path of Object.values(programs)) await runUnpacked(folder, path, ['--version']);
  };
  const folder = await unpackPackages('servers', { packages, libraries, check });
  return folder === undefined ? undefined : readUnpacked(folder);
}

function readUnpacked(folder: string): UnpackedServers {
  const programs: Partial<Record<ServerName, string>> = {};
  for (const name of ['nats-server', 'redis-server'] as const) {
    const [found] = globSync(`usr/{bin,sbin}/${name}`, { cwd: folder });
    if (found !== undefined) programs[name] = join(folder, found);
  }
  return { programs, libraryPath: findLibraryPath(folder) };
}
