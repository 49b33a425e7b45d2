import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const retryMs = 200;

/**
 * Runs `work` while holding the lock folder `path`; others wait. Making a folder is atomic on every file system,
 * and a holder that died is told by its process id, so a crash does not lock out the next run.
 */
export async function withFolderLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!tryLock(path)) {
    if (isAbandoned(path)) rmSync(path, { recursive: true, force: true });
    else await delay(retryMs);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

function tryLock(path: string): boolean {
  try {
    mkdirSync(path);
    writeFileSync(join(path, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(path: string): boolean {
  try {
    const pid = Number(readFileSync(join(path, 'pid'), 'utf8'));
    if (pid > 0) process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
