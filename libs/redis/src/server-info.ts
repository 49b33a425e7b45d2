const MIN_VERSION = [6, 2] as const;

/** Throws when INFO tells of a server older than 6.2, which lacks commands that the scripts use. */
export function assertServerVersion(info: string): void {
  const version = fieldOf(info, 'redis_version');
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major > MIN_VERSION[0] || (major === MIN_VERSION[0] && minor >= MIN_VERSION[1])) return;
  throw new Error(`it is version ${version ?? 'unknown'}, at least ${MIN_VERSION.join('.')} is needed`);
}

/** True when the server throws keys away once its memory is full, which breaks every promise of the stores. */
export function isEvicting(info: string): boolean {
  return !['noeviction', undefined].includes(fieldOf(info, 'maxmemory_policy'));
}

function fieldOf(info: string, name: string): string | undefined {
  return info
    .split(/\r?\n/)
    .find((line) => line.startsWith(`${name}:`))
    ?.slice(name.length + 1);
}
