import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Clock } from '@longwire/domain';
import { systemClock } from '@longwire/runtime';
import { SERVER_CHANNEL_OPTIONS, silenceGrpc } from '../channel-options.ts';
import { type GrpcService, serviceNameOf } from './grpc-service.ts';
import { HealthStatus } from './health-status.ts';
import { addReflection } from './reflection.ts';

export interface ServeGrpcOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly services: readonly GrpcService[];
  /** What health checks are answered; asked a few times a second. Default: always. */
  readonly isServing?: () => boolean;
  readonly clock?: Clock;
}

export interface GrpcServer {
  readonly host: string;
  readonly port: number;
  /** `host:port` */
  readonly address: string;
  /** Takes no new calls, ends the streams, lets unary calls end for at most 2 s, then cuts. Idempotent. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 2_000;

/**
 * Serves the services together with health (`grpc.health.v1`) and reflection, without TLS. Rejects with an Error that
 * names host and port when it cannot listen there.
 */
export async function serveGrpc(options: ServeGrpcOptions): Promise<GrpcServer> {
  silenceGrpc();
  const { host, services, isServing = () => true, clock = systemClock() } = options;
  const server = new Server(SERVER_CHANNEL_OPTIONS);
  const health = new HealthStatus(
    services.map((service) => serviceNameOf(service.definition)),
    isServing,
  );
  for (const service of services) server.addService(service.definition, service.implementation);
  health.addTo(server);
  addReflection(
    server,
    services.map((service) => service.protoFile),
  );
  const port = await listen(server, host, options.port);
  health.start(clock);
  let closing: Promise<void> | undefined;
  return {
    host,
    port,
    address: `${host}:${port}`,
    close: () => (closing ??= shutDown(server, { health, services, clock })),
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (cause, bound) => {
      if (cause === null) resolve(bound);
      else reject(new Error(`Cannot listen for gRPC on ${host}:${port}: ${reasonOf(cause)}`, { cause }));
    });
  });
}

function reasonOf(cause: Error): string {
  return cause.message.includes('EADDRINUSE') ? 'the port is taken' : cause.message;
}

interface ShutDownParts {
  readonly health: HealthStatus;
  readonly services: readonly GrpcService[];
  readonly clock: Clock;
}

function shutDown(server: Server, { health, services, clock }: ShutDownParts): Promise<void> {
  return new Promise((resolve) => {
    health.stop();
    const timer = clock.after(CLOSE_GRACE_MS, () => server.forceShutdown());
    server.tryShutdown(() => {
      timer.cancel();
      resolve();
    });
    // The listener is gone by now: whoever loses a stream here finds another server.
    for (const service of services) service.endStreams?.();
  });
}
