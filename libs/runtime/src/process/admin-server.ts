import type { FastifyInstance } from 'fastify';
import { fastify } from 'fastify';
import type { Component } from '../component.ts';
import { defineComponent } from '../component.ts';
import type { Health } from '../health.ts';
import type { Listening } from '../http/listen-http.ts';
import { listenHttp } from '../http/listen-http.ts';
import type { MetricsRegistry } from '../metrics.ts';

export interface AdminServerOptions {
  /** Of the process, as told by /healthz. */
  readonly nodeName: string;
  readonly health: Health;
  readonly metrics: MetricsRegistry;
  readonly host: string;
  /** 0 is any free port. */
  readonly port: number;
}

export interface AdminServer extends Component {
  /** Where it listens; throws before the start. */
  address(): Listening;
}

/**
 * The door for operators: `/healthz` answers 200 while the process lives, `/readyz` 200 or 503 with the reasons,
 * `/metrics` the Prometheus text. Start it first and stop it last, so that a start that hangs can be looked at.
 */
export function createAdminServer(options: AdminServerOptions): AdminServer {
  const server = fastify({ logger: false, forceCloseConnections: true });
  addRoutes(server, options);
  let listening: Listening | undefined;
  const component = defineComponent({
    name: 'admin-server',
    start: async () => {
      listening = await listenHttp(server, options);
    },
    stop: async () => server.close(),
  });
  return {
    ...component,
    address() {
      if (listening === undefined) throw new Error('the admin server does not listen yet');
      return listening;
    },
  };
}

function addRoutes(server: FastifyInstance, { nodeName, health, metrics }: AdminServerOptions): void {
  server.get('/healthz', () => ({ status: 'alive', node: nodeName }));
  server.get('/readyz', (_request, reply) => {
    const { ready, reasons } = health.isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', node: nodeName, reasons });
  });
  server.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
