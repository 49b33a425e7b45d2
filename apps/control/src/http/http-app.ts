import { createHttpServer } from '@longwire/runtime';
import type { HttpServer, HttpServerOptions } from '@longwire/runtime';
import { addAdminRoutes } from './admin-routes.ts';
import type { AdminRoutesOptions } from './admin-routes.ts';
import { addConnectRoute } from './connect-route.ts';
import type { ConnectRouteOptions } from './connect-route.ts';
import { addLinkQualityRoute } from './link-quality-route.ts';
import type { LinkQualityRouteOptions } from './link-quality-route.ts';
import { addNodesRoutes } from './nodes-routes.ts';

/** A connect body is a handful of short ids. */
const BODY_LIMIT_BYTES = 8 * 1024;

export interface HttpAppOptions extends Pick<HttpServerOptions, 'logger' | 'metrics'> {
  readonly connect: ConnectRouteOptions;
  readonly admin: AdminRoutesOptions;
  readonly quality: LinkQualityRouteOptions;
}

/** The HTTP API of control, not yet listening. */
export function createHttpApp({ logger, metrics, connect, admin, quality }: HttpAppOptions): HttpServer {
  const server = createHttpServer({
    name: 'control',
    logger,
    metrics,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    title: 'Longwire control',
    version: '1',
  });
  addConnectRoute(server, connect);
  addNodesRoutes(server, connect.registry);
  addAdminRoutes(server, admin);
  addLinkQualityRoute(server, quality);
  return server;
}
