import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

export type CommandResult = { readonly exitCode: number; readonly output: string };

let running: ChildProcess | undefined;

/** Passes SIGINT and SIGTERM on to the running command; returns true once one came. */
export function forwardSignals(): () => boolean {
  let isStopped = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      isStopped = true;
      running?.kill(signal);
    });
  }
  return () => isStopped;
}

/** Runs a program with the pinned Node, shows its output as it comes, and returns that with its exit code. */
export async function runNode(args: readonly string[], cwd: string): Promise<CommandResult> {
  // Colours only where somebody looks: nx forces them on its children otherwise.
  const env = { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  const child = spawn(process.execPath, [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    process.stdout.write(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    process.stderr.write(chunk);
  });
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
  running = undefined;
  return { exitCode, output: Buffer.concat(chunks).toString('utf8') };
}
