import { spawn } from 'node:child_process';
import type { ChildProcess, SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A real server started for this process, or (`isExternal`) one that the environment points at. */
export type RunningServer = {
  readonly url: string;
  readonly port: number;
  /** 0 for an external server, which cannot be killed, paused or stopped from here. */
  readonly pid: number;
  readonly isExternal: boolean;
  /** Resolves when it has ended, whoever ended it; never for an external server. */
  readonly exited: Promise<void>;
  /** Asks it to end, kills it after 5 s, removes its temporary folder. Safe to call twice. */
  stop(): Promise<void>;
  /** SIGKILL, resolved once it is gone. Its folder stays until stop. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
};

export type ServerCommand = {
  readonly path: string;
  readonly args: (port: number, folder: string) => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The line it logs once it listens. */
  readonly readyLine: RegExp;
  /** Speaks the protocol to prove that it answers. */
  readonly probe: (port: number) => Promise<void>;
  readonly scheme: string;
  readonly port?: number | undefined;
  readonly folder?: string | undefined;
};

const startTimeoutMs = 15_000;
const stopTimeoutMs = 5_000;
const startAttempts = 3;
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a server on a free port (or the one given) with a temporary folder (or the one given), ready to use. */
export async function startServer(command: ServerCommand): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(command, command.port ?? (await findFreePort()));
    } catch (error) {
      // Somebody may take a free port between our look and the server's bind.
      const isPortTaken = error instanceof Error && /address already in use/i.test(error.message);
      if (!isPortTaken || command.port !== undefined || attempt === startAttempts) throw error;
    }
  }
}

/** A handle on a server that somebody else runs. */
export function externalServer(url: string): RunningServer {
  const refuse = (): never => {
    throw new Error(`${url} is not run by this process`);
  };
  const port = Number(new URL(url).port);
  const stop = async (): Promise<void> => {};
  const exited = Promise.withResolvers<void>().promise;
  return {
    url,
    port,
    pid: 0,
    isExternal: true,
    exited,
    stop,
    kill: async () => refuse(),
    pause: refuse,
    resume: refuse,
  };
}

async function startOnce(command: ServerCommand, port: number): Promise<RunningServer> {
  const temporary = command.folder === undefined ? mkdtempSync(join(tmpdir(), 'longwire-server-')) : undefined;
  const folder = command.folder ?? temporary ?? '';
  // Its own process group: Ctrl-C stops the programs that use it first, and then they (or the watchdog) stop it.
  const child = spawn(command.path, command.args(port, folder), {
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  const watchdog = startWatchdog(child);
  const exited = once(child, 'exit').finally(() => {
    running.delete(child);
    watchdog?.kill('SIGKILL');
  });
  exited.catch(() => undefined);
  const removeFolder = () => temporary && rmSync(temporary, { recursive: true, force: true });
  try {
    await untilReady(child, command);
    await command.probe(port);
  } catch (error) {
    child.kill('SIGKILL');
    removeFolder();
    throw error;
  }
  setReferenced(child, false);
  return {
    url: `${command.scheme}://127.0.0.1:${port}`,
    port,
    pid: child.pid ?? 0,
    isExternal: false,
    exited: exited.then(
      () => undefined,
      () => undefined,
    ),
    stop: async () => {
      await end(child, exited, 'SIGTERM');
      removeFolder();
    },
    kill: () => end(child, exited, 'SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  };
}

async function end(child: ChildProcess, exited: Promise<unknown>, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  setReferenced(child, true);
  child.kill('SIGCONT');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await exited;
  clearTimeout(timer);
}

async function untilReady(child: ChildProcess, command: ServerCommand): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface(stream).on('line', (line) => {
      if (lines.length < 200) lines.push(line);
      if (command.readyLine.test(line)) resolve();
    });
  }
  const fail = (what: string) => reject(new Error(`${command.path} ${what}\n${lines.slice(-20).join('\n')}`));
  // 'close' comes after the last line, so that the reason is in the message.
  child.once('close', (code, signal) => fail(`ended with ${signal ?? code}`));
  child.once('error', (error) => fail(`could not be started: ${error.message}`));
  const timer = setTimeout(() => fail(`was not ready within ${startTimeoutMs} ms`), startTimeoutMs);
  await promise.finally(() => clearTimeout(timer));
}

// Nothing runs in this process any more once it is killed, but the kernel closes its pipes: a shell that waits for
// that ends the server. It is the only way that works on every Unix without a helper program.
function startWatchdog(child: ChildProcess): ChildProcess | undefined {
  if (child.pid === undefined || process.platform === 'win32') return undefined;
  const script = 'read -r line; kill -CONT "$0" 2>/dev/null; kill -9 "$0" 2>/dev/null';
  const options: SpawnOptions = { stdio: ['pipe', 'ignore', 'ignore'], detached: true };
  const watchdog = spawn('/bin/sh', ['-c', script, String(child.pid)], options);
  watchdog.on('error', () => undefined);
  watchdog.unref();
  (watchdog.stdin as Socket | null)?.unref();
  return watchdog;
}

function setReferenced(child: ChildProcess, isReferenced: boolean): void {
  const method = isReferenced ? 'ref' : 'unref';
  child[method]();
  for (const stream of [child.stdout, child.stderr]) (stream as Socket | null)?.[method]();
}

/** A port that was free a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
