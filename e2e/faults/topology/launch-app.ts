import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Started } from './supervised.ts';

export interface AppLaunch {
  readonly name: string;
  readonly app: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFolder: string;
}

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 12_000;
const workspaceRoot = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Starts an app as its launcher does; resolves when the app says over its IPC channel that it is ready. The app ends when
 * that channel closes: the death of the suite leaves nothing running.
 */
export async function launchApp({ name, app, env, logFolder }: AppLaunch): Promise<Started> {
  const entry = join(workspaceRoot, 'apps', app, 'src/main.ts');
  const child = spawn(process.execPath, [entry], {
    env: { NODE_COMPILE_CACHE: join(workspaceRoot, '.cache/node-compile'), ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const log = createWriteStream(join(logFolder, `${name}.log`), { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(log, { end: false });
  let lastWords = '';
  child.stderr?.on('data', (chunk: Buffer) => (lastWords = chunk.toString().trim()));
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      log.end();
      resolve(`ended with ${signal ?? code}`);
    });
  });
  const ready = new Promise<'ready'>((resolve) => {
    child.on('message', (message) => {
      if ((message as { readonly type?: unknown } | null)?.type === 'ready') resolve('ready');
    });
  });
  const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
  const outcome = await Promise.race([ready, exited]);
  clearTimeout(late);
  if (outcome !== 'ready') throw new Error(`${outcome}; ${lastWords.split('\n').at(-1) ?? ''} (see ${name}.log)`);
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(force);
  };
  return { pid: child.pid ?? 0, exited, stop };
}
