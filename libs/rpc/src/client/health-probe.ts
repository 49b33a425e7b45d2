import { Metadata } from '@grpc/grpc-js';
import type { Clock } from '@longwire/domain';
import type { ServerEntry, ServerList } from './server-list.ts';

const PERIOD_MS = 1_000;
const TIMEOUT_MS = 1_000;
const PATH = '/grpc.health.v1.Health/Check';
/** HealthCheckRequest for the whole server: its only field is empty. */
const REQUEST = Buffer.alloc(0);
/** HealthCheckResponse with status SERVING: field 1, varint 1. */
const SERVING = Buffer.from([0x08, 0x01]);

/** Asks every address once a second whether it serves, at once for the first time. Returns a function that stops that. */
export function probeHealth(servers: ServerList, clock: Clock): () => void {
  const probeAll = (): void => {
    for (const server of servers.inOrder()) probe(server, servers);
  };
  probeAll();
  const timer = clock.every(PERIOD_MS, probeAll);
  return () => timer.cancel();
}

function probe(server: ServerEntry, servers: ServerList): void {
  const keep = (bytes: Buffer): Buffer => bytes;
  const options = { deadline: Date.now() + TIMEOUT_MS };
  server.client.makeUnaryRequest(PATH, keep, keep, REQUEST, new Metadata(), options, (failure, answer) => {
    if (failure === null && answer !== undefined && SERVING.equals(answer)) servers.markUp(server);
    else servers.markDown(server);
  });
}
