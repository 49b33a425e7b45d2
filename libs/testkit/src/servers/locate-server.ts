import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { unpackServers } from './unpack-servers.ts';
import type { ServerName } from './unpack-servers.ts';

/** Where a real server is: one that somebody runs already, or a program to start (with what its loader needs). */
export type ServerLocation =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'program'; readonly path: string; readonly env: Readonly<Record<string, string>> };

/** Thrown when a server is nowhere to be found; the message names what to install. */
export class MissingServerError extends Error {
  override readonly name = 'MissingServerError';
}

const urlSettings = { 'nats-server': 'LONGWIRE_NATS_URL', 'redis-server': 'LONGWIRE_REDIS_URL' } as const;
const brewNames = { 'nats-server': 'nats-server', 'redis-server': 'redis' } as const;

/**
 * Finds a real server: the URL in the environment, the program on PATH, or, on Debian and Ubuntu, the distribution's
 * packages unpacked without root into `.cache/servers`. Throws MissingServerError when there is none of these.
 */
export async function locateServer(name: ServerName): Promise<ServerLocation> {
  const url = process.env[urlSettings[name]];
  if (url !== undefined && url !== '') return { kind: 'url', url };
  const onPath = findOnPath(name);
  if (onPath !== undefined) return { kind: 'program', path: onPath, env: {} };
  const unpacked = await unpackServers().catch((cause: unknown) => {
    throw new MissingServerError(describeMissing(name, cause), { cause });
  });
  const path = unpacked?.programs[name];
  if (unpacked === undefined || path === undefined) throw new MissingServerError(describeMissing(name));
  return { kind: 'program', path, env: { LD_LIBRARY_PATH: unpacked.libraryPath } };
}

/**
 * For the `skip` option of a test: false when the server is there, otherwise the reason. The runner of `npm test`
 * shows such skips and, with CI=true, counts them as failures.
 */
export async function skipWithout(name: ServerName): Promise<string | false> {
  try {
    await locateServer(name);
    return false;
  } catch (error) {
    if (error instanceof MissingServerError) return error.message;
    throw error;
  }
}

/** The first executable of that name on PATH. */
export function findOnPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** True when this process may execute the file. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function describeMissing(name: ServerName, cause?: unknown): string {
  const tried = cause instanceof Error ? ` (unpacking it failed: ${cause.message})` : '';
  return (
    `needs ${name}: install it (Debian, Ubuntu: apt-get install ${name}; macOS: brew install ${brewNames[name]}) ` +
    `or set ${urlSettings[name]}${tried}`
  );
}
