import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface DispatchProcess {
  readonly name: string;
  readonly child: ChildProcess;
  /** Reads one metric of the process. */
  value(metric: string): Promise<number>;
  /** Why the process says that it is not ready. */
  reasons(): Promise<string>;
  /** SIGKILL or SIGTERM; resolves with the exit code once it is gone. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

export interface DispatchProcessOptions {
  readonly natsUrl: string;
  readonly redisUrl: string;
  /** Beside those that every process needs. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Starts a real dispatch process and resolves when it says that it is ready. */
export async function startDispatchProcess(name: string, options: DispatchProcessOptions): Promise<DispatchProcess> {
  const env = {
    ...options.settings,
    LONGWIRE_NODE_ID: name,
    LONGWIRE_NATS_URL: options.natsUrl,
    LONGWIRE_REDIS_URL: options.redisUrl,
    // Nobody listens there: room pushes need no logic.
    LONGWIRE_LOGIC_GRPC: '127.0.0.1:9',
    LONGWIRE_ADMIN_PORT: '0',
    LONGWIRE_LOG_LEVEL: 'error',
  };
  // Without the flags of this process, which runs tests.
  const child = fork(MAIN, [], { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const admin = await readyAdmin(name, child);
  return {
    name,
    child,
    async value(metric) {
      const text = await (await fetch(`${admin}/metrics`)).text();
      const line = text.split('\n').find((entry) => entry.startsWith(`${metric} `));
      return Number(line?.split(' ').at(-1) ?? 0);
    },
    reasons: async () => (await fetch(`${admin}/readyz`)).text(),
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const gone = once(child, 'exit');
      child.kill(signal);
      const [code] = (await gone) as [number | null];
      return code;
    },
  };
}

function readyAdmin(name: string, child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${name} ended with ${String(code)} before it was ready`)));
    child.on('message', (message: { readonly type?: string; readonly admin?: string }) => {
      if (message.type === 'ready') resolve(message.admin ?? '');
    });
  });
}
