import { createServer } from 'node:net';

/** Below what systems give to outgoing connections: a process that is down keeps its port until it is back. */
const FIRST_PORT = 12_000;
const LAST_PORT = 31_999;
const ATTEMPTS = 200;

const given = new Set<number>();

/** Ports that are free now, that this function has not given before, and that nothing takes by chance. */
export async function takeFreePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count; attempt += 1) {
    if (attempt > ATTEMPTS + count) throw new Error('no free ports were found');
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
