import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraryPath, findOnPath, runUnpacked, unpackPackages } from '@longwire/testkit/servers';
import { MissingPeerError } from './peer.ts';

const MODULE = 'usr/lib/nginx/modules/ngx_nchan_module.so';
const PACKAGES = ['nginx', 'libnginx-mod-nchan'];
const LIBRARIES = ['libpcre2-8-0', 'libssl3', 'libcrypt1', 'zlib1g'];
/** nginx wants this folder to be there as soon as the module is loaded, whatever its settings say. */
const STATE_FOLDER = '/var/lib/nginx';
const HINT = 'needs nginx with Nchan: install it (Debian, Ubuntu: apt-get install libnginx-mod-nchan)';

export interface Nchan {
  readonly program: string;
  readonly module: string;
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

/** nginx with the Nchan module: the installed one, else the distribution's packages unpacked into the cache. */
export async function findNchan(): Promise<Nchan> {
  const installed = findOnPath('nginx') ?? (existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : undefined);
  const folder = installed !== undefined && existsSync(`/${MODULE}`) ? '/' : await unpack();
  const program = folder === '/' ? (installed ?? '') : join(folder, 'usr/sbin/nginx');
  try {
    mkdirSync(STATE_FOLDER, { recursive: true });
  } catch (cause) {
    throw new MissingPeerError(`${HINT}; the folder ${STATE_FOLDER} cannot be made`, { cause });
  }
  const env = folder === '/' ? {} : { LD_LIBRARY_PATH: findLibraryPath(folder) };
  return { program, module: join(folder, MODULE), env, version: versionOf(folder) };
}

async function unpack(): Promise<string> {
  const check = async (folder: string): Promise<void> => {
    await runUnpacked(folder, join(folder, 'usr/sbin/nginx'), ['-v']);
  };
  const folder = await unpackPackages('nchan', { packages: PACKAGES, libraries: LIBRARIES, check }).catch(
    (cause: unknown) => {
      throw new MissingPeerError(HINT, { cause });
    },
  );
  if (folder === undefined || !existsSync(join(folder, MODULE))) throw new MissingPeerError(HINT);
  return folder;
}

/** The package's, since the module does not tell its own. */
function versionOf(folder: string): string {
  const isInstalled = folder === '/';
  const command = isInstalled ? 'dpkg-query' : 'apt-cache';
  const args = isInstalled ? ['-W', '-f=${Version}'] : ['show', '--no-all-versions'];
  try {
    const text = execFileSync(command, [...args, 'libnginx-mod-nchan'], { encoding: 'utf8' });
    return `Nchan ${(/^Version: (.*)$/m.exec(text)?.[1] ?? text).trim()}`;
  } catch {
    // Not from a package: the peer is as good without its number.
    return 'Nchan';
  }
}
