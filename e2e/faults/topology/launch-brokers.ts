import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@longwire/testkit';
import { startNats, startRedis } from '@longwire/testkit/servers';
import type { RunningServer } from '@longwire/testkit/servers';
import { takeFreePorts } from './free-ports.ts';
import type { Started } from './supervised.ts';

/** A broker with a port and a folder that stay the same over restarts. */
export interface BrokerSeat {
  readonly name: string;
  readonly port: number;
  readonly launch: () => Promise<Started>;
}

function asStarted(server: RunningServer): Started {
  const { pid, exited, isExternal, url } = server;
  if (isExternal) throw new Error(`the fault suite kills its servers and must start them itself, not use ${url}`);
  return { pid, exited, stop: () => server.stop() };
}

/** Seats NATS servers of one cluster, each with JetStream on files. They find each other by the routes they are given. */
export async function seatNatsCluster(
  size: number,
  folder: string,
): Promise<readonly (BrokerSeat & { monitor: string })[]> {
  const ports = await takeFreePorts(3 * size);
  const routes = ports.slice(size, 2 * size).map((port) => `nats://127.0.0.1:${port}`);
  return Array.from({ length: size }, (_, index) => {
    const name = `nats-${index + 1}`;
    const port = ports[index] ?? 0;
    const monitorPort = ports[2 * size + index] ?? 0;
    const storeDir = join(folder, name);
    mkdirSync(storeDir, { recursive: true });
    const cluster = ['--cluster_name', 'lw', '--cluster', routes[index] ?? '', '--routes', routes.join(',')];
    // Clients must come by the suite's proxies: they are not told of other addresses.
    const args = ['-n', name, ...(size > 1 ? [...cluster, '--no_advertise'] : []), '-m', String(monitorPort)];
    return {
      name,
      port,
      monitor: `http://127.0.0.1:${monitorPort}`,
      launch: async () => asStarted(await startNats({ port, storeDir, args })),
    };
  });
}

/** Resolves when the cluster has a JetStream leader and can take streams. */
export async function untilJetStream(monitors: readonly string[]): Promise<void> {
  for (const monitor of monitors) {
    await eventually(
      async () => {
        const answer = await fetch(`${monitor}/jsz`, { signal: AbortSignal.timeout(1000) });
        const body = (await answer.json()) as { readonly meta_cluster?: { readonly leader?: string } };
        return monitors.length === 1 || (body.meta_cluster?.leader ?? '') !== '';
      },
      { timeoutMs: 20_000, everyMs: 50, what: 'a JetStream leader' },
    );
  }
}

/** Seats a Redis that keeps its data over restarts, until {@link RedisSeat.forget} empties its folder. */
export interface RedisSeat extends BrokerSeat {
  /** While it is down: what it kept is gone. */
  readonly forget: () => void;
}

export async function seatRedis(folder: string): Promise<RedisSeat> {
  const [port = 0] = await takeFreePorts(1);
  const dataDir = join(folder, 'redis');
  mkdirSync(dataDir, { recursive: true });
  return {
    name: 'redis',
    port,
    launch: async () => asStarted(await startRedis({ port, dataDir, persist: true })),
    forget: () => {
      rmSync(dataDir, { recursive: true, force: true });
      mkdirSync(dataDir, { recursive: true });
    },
  };
}
