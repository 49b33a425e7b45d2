import { mkdirSync } from 'node:fs';
import { findFreePort, startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import type { RunningProcess } from './keep-alive.ts';

/** A real server with a port and a folder of its own, that can be launched again and again in the same place. */
export interface ServerSeat {
  readonly name: string;
  readonly url: string;
  readonly launch: () => Promise<RunningProcess>;
}

type Start = (place: { port: number; folder: string }) => Promise<RunningServer>;

const STARTS: Readonly<Record<'nats' | 'redis', Start>> = {
  nats: ({ port, folder }) => startNats({ port, storeDir: folder }),
  redis: ({ port, folder }) => startRedis({ port, dataDir: folder, persist: true }),
};

/** Picks a free port and makes the folder; starts nothing yet. */
export async function seatServer(name: 'nats' | 'redis', folder: string): Promise<ServerSeat> {
  const port = await findFreePort();
  mkdirSync(folder, { recursive: true });
  const launch = async (): Promise<RunningProcess> => {
    const server = await STARTS[name]({ port, folder });
    const stop = async (withinMs: number): Promise<void> => {
      const force = setTimeout(() => void server.kill(), withinMs);
      await server.stop();
      clearTimeout(force);
    };
    return { pid: server.pid, exited: server.exited.then(() => 'ended'), stop };
  };
  return { name, url: `${name}://127.0.0.1:${port}`, launch };
}
