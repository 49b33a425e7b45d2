import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Doors that a launched Longwire with up to four access nodes opens, before the offset. */
const FIRST_PORTS = [7000, 7100, 7110, 7200, 7210, 7310, 9001, 9011, 9021, 9022, 9031, 9041];
const ACCESS_PORTS = Array.from({ length: 4 }, (_, index) => [56100 + 10 * index, 56101 + 10 * index, 9101 + index]);
const PORTS = [...FIRST_PORTS, ...ACCESS_PORTS.flat()];

// 56141 + 9000 stays below 65536.
const MAX_OFFSET = 9000;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** An offset (a multiple of 50) at which every door was free a moment ago. Whoever loses the race after that tries again. */
export async function freePortOffset(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const offset = 50 * Math.ceil((Math.random() * MAX_OFFSET) / 50);
    const free = await Promise.all(PORTS.map((port) => isFree(port + offset)));
    if (free.every(Boolean)) return offset;
  }
  throw new Error('no port offset with all doors free was found');
}

/** A port that nothing listened on a moment ago. */
export async function unusedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
