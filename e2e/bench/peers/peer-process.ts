import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

const READY_WITHIN_MS = 15_000;
const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** A server that prints its port as its first line and takes messages, each behind its u32 length, on standard input. */
export interface PeerProcess {
  readonly pid: number;
  readonly port: number;
  send(message: Uint8Array): void;
  stop(): Promise<void>;
}

export async function spawnPeer(file: string, args: readonly string[]): Promise<PeerProcess> {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  children.add(child);
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void closed.then(() => children.delete(child));
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  createInterface(child.stdout).once('line', (line) => resolve(Number(line)));
  child.once('error', reject);
  child.once('close', (code) => reject(new Error(`${file} ended with ${code}`)));
  // A peer that has died is noticed by what it does not deliver.
  child.stdin.on('error', () => undefined);
  const timer = setTimeout(() => reject(new Error(`${file} was not ready in time`)), READY_WITHIN_MS);
  const port = await promise.finally(() => clearTimeout(timer));
  return {
    pid: child.pid ?? 0,
    port,
    send(message) {
      const head = Buffer.alloc(4);
      head.writeUInt32BE(message.length);
      child.stdin.write(Buffer.concat([head, message]));
    },
    stop() {
      // Its input ends: that is its order to stop. What does not listen is killed.
      child.stdin.end();
      const force = setTimeout(() => child.kill('SIGKILL'), 2000);
      return closed.finally(() => clearTimeout(force));
    },
  };
}
