import { join } from 'node:path';
import { exchange } from './exchange.ts';
import { locateServer } from './locate-server.ts';
import { externalServer, startServer } from './server-process.ts';
import type { RunningServer } from './server-process.ts';

export type NatsOptions = {
  /** Default: a free port. Give the old one to bring a server back where its clients look for it. */
  readonly port?: number;
  /** Default: a temporary folder, removed by stop. Give one to keep JetStream's streams across a restart. */
  readonly storeDir?: string;
  /** Default true. */
  readonly jetstream?: boolean;
  /** More command line flags, as nats-server takes them. */
  readonly args?: readonly string[];
};

/** Starts a real nats-server, answering when this resolves. Throws MissingServerError when there is none. */
export async function startNats(options: NatsOptions = {}): Promise<RunningServer> {
  const location = await locateServer('nats-server');
  if (location.kind === 'url') return externalServer(location.url);
  const { jetstream = true, args = [], port, storeDir } = options;
  return startServer({
    path: location.path,
    env: location.env,
    scheme: 'nats',
    port,
    folder: storeDir,
    args: (onPort, folder) => {
      const store = jetstream ? ['-js', '-sd', join(folder, 'jetstream')] : [];
      return ['-a', '127.0.0.1', '-p', String(onPort), ...store, ...args];
    },
    readyLine: /Server is ready/,
    probe: (onPort) => exchange(onPort, 'CONNECT {"verbose":false}\r\nPING\r\n', /PONG\r\n/),
  });
}
