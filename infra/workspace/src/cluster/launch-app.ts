import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import type { RunningProcess } from './keep-alive.ts';

export interface AppLaunch {
  readonly name: string;
  /** The app's `main.ts`, run by the Node that runs this. */
  readonly entry: string;
  readonly env: Readonly<Record<string, string>>;
  /** Gets everything the process prints. */
  readonly logFile: string;
  /** Nobody wants it any more while it starts: it is killed, since it serves nobody yet. */
  readonly signal: AbortSignal;
}

const READY_WITHIN_MS = 20_000;
const TAIL_CHARS = 4000;

/**
 * Starts an app as a child process; resolves when it says over its IPC channel that it is ready, rejects with its last
 * words when it ends before. The child ends by itself when the channel closes: the death of this process leaves none.
 */
export async function launchApp(launch: AppLaunch): Promise<RunningProcess> {
  const child = spawn(process.execPath, [launch.entry], {
    env: { ...process.env, ...launch.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C reaches the launcher alone, which then stops the tiers in order.
    detached: true,
  });
  const lastWords = keepOutput(child, launch.logFile);
  const closed = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('close', (code, signal) =>
      resolve(signal === null ? `ended with exit code ${code}` : `ended by ${signal}`),
    );
  });
  await untilReady(child, { launch, closed, lastWords });
  return { pid: child.pid ?? 0, exited: closed, stop: (withinMs) => stop(child, closed, withinMs) };
}

/** Copies what the child prints to its log file; returns a function that gives the last line it wrote to stderr. */
function keepOutput(child: ChildProcess, logFile: string): () => string {
  const log = createWriteStream(logFile, { flags: 'a' });
  let tail = '';
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  child.stderr?.on('data', (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-TAIL_CHARS);
  });
  child.once('close', () => log.end());
  return () => tail.trim().split('\n').at(-1) ?? '';
}

async function untilReady(
  child: ChildProcess,
  { launch, closed, lastWords }: { launch: AppLaunch; closed: Promise<string>; lastWords: () => string },
): Promise<void> {
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const late = setTimeout(() => {
    child.kill('SIGKILL');
    reject(new Error(`${launch.name} was not ready within ${READY_WITHIN_MS / 1000} s; see ${launch.logFile}`));
  }, READY_WITHIN_MS);
  const abandon = (): void => void child.kill('SIGKILL');
  launch.signal.addEventListener('abort', abandon, { once: true });
  if (launch.signal.aborted) abandon();
  child.on('message', (message) => {
    if ((message as { type?: unknown } | null)?.type === 'ready') resolve();
  });
  void closed.then((how) => reject(new Error(`${launch.name}: ${lastWords() === '' ? how : lastWords()}`)));
  try {
    await ready;
  } finally {
    launch.signal.removeEventListener('abort', abandon);
    clearTimeout(late);
  }
}

async function stop(child: ChildProcess, closed: Promise<string>, withinMs: number): Promise<void> {
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), withinMs);
  await closed;
  clearTimeout(force);
}
