import { exchange } from './exchange.ts';
import { locateServer } from './locate-server.ts';
import { externalServer, startServer } from './server-process.ts';
import type { RunningServer } from './server-process.ts';

export type RedisOptions = {
  /** Default: a free port. Give the old one to bring a server back where its clients look for it. */
  readonly port?: number;
  /** Default: a temporary folder, removed by stop. Give one, with `persist`, to keep the data across a restart. */
  readonly dataDir?: string;
  /** Default false: memory only. True: every write goes to the append-only file before it is answered. */
  readonly persist?: boolean;
  /** More command line flags, as redis-server takes them. */
  readonly args?: readonly string[];
};

/** Starts a real redis-server, answering when this resolves. Throws MissingServerError when there is none. */
export async function startRedis(options: RedisOptions = {}): Promise<RunningServer> {
  const location = await locateServer('redis-server');
  if (location.kind === 'url') return externalServer(location.url);
  const { persist = false, args = [], port, dataDir } = options;
  const persistence = persist ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no'];
  return startServer({
    path: location.path,
    env: location.env,
    scheme: 'redis',
    port,
    folder: dataDir,
    args: (onPort, folder) => {
      const place = ['--bind', '127.0.0.1', '--port', String(onPort), '--dir', folder];
      return [...place, '--daemonize', 'no', '--save', '', ...persistence, ...args];
    },
    readyLine: /Ready to accept connections/,
    probe: (onPort) => exchange(onPort, 'PING\r\n', /^\+PONG/),
  });
}
