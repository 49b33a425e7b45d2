import { fileURLToPath } from 'node:url';
import { composeComponents, createHttpComponent, createHttpServer, defineComponent } from '@longwire/runtime';
import type { AppBase, Component } from '@longwire/runtime';
import { createCallerLimits } from './backend/caller-limits.ts';
import { addConnectRoute } from './backend/connect-route.ts';
import { createDemoCrowd } from './backend/demo-crowd.ts';
import { addDemoRoutes } from './backend/demo-routes.ts';
import { addLinkQualityRoute } from './backend/link-quality-route.ts';
import { createLongwireApi } from './backend/longwire-api.ts';
import { addPkRoutes } from './backend/pk-routes.ts';
import { createStreamerRoster } from './backend/streamer-roster.ts';
import { createUplinkToPush } from './backend/uplink-to-push.ts';
import { upstreamsOf } from './config.ts';
import type { ConsoleConfig } from './config.ts';
import { servePage } from './http/page.ts';
import { addSecurityHeaders } from './http/security-headers.ts';
import { createConsoleMetrics } from './metrics.ts';
import { addOperatorConsole } from './operator/operator-console.ts';

const DIST_FOLDER = fileURLToPath(new URL('../dist', import.meta.url));
/** The page sends a few short fields. */
const BODY_LIMIT_BYTES = 4096;

export interface ConsoleApp extends Component {
  /** Where the page is, once started. */
  describe(): { readonly console: string };
}

/**
 * The page and the example business backend behind it. It reaches the tiers by their HTTP APIs alone, so they may run
 * anywhere; they need not be up when it starts. Throws when the config has no API key.
 */
export function createConsoleApp(config: ConsoleConfig, base: AppBase): ConsoleApp {
  const { clock } = base;
  const logger = base.logger.child({ app: 'console' });
  const { apiKey, host, port } = config;
  if (apiKey === null) throw new Error('LONGWIRE_API_KEY is required: the console calls control and service with it');

  const metrics = createConsoleMetrics(base.metrics);
  const api = createLongwireApi({ ...upstreamsOf(config), apiKey });
  const uplinks = createUplinkToPush({ api, clock, logger, metrics });
  const crowd = createDemoCrowd({ api, clock, logger });
  const limits = createCallerLimits(clock);
  const streamers = createStreamerRoster(clock);

  const server = createHttpServer({
    name: 'console',
    logger,
    metrics: base.metrics,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    title: 'Longwire console: an example business backend',
    version: '1',
  });
  addSecurityHeaders(server);
  addConnectRoute(server, { api, limits, clock });
  addLinkQualityRoute(server, { api, limits });
  addDemoRoutes(server, { api, limits, clock, crowd });
  const operators = addOperatorConsole(server, {
    upstreams: upstreamsOf(config),
    clock,
    limits,
    metrics,
    idleMs: config.operatorIdleMs,
    maxAgeMs: config.operatorMaxAgeMs,
    isSecure: config.secureCookie,
  });
  addPkRoutes(server, { api, limits, clock, streamers });
  servePage(server, DIST_FOLDER);
  const http = createHttpComponent(server, { name: 'console-http', host, port });

  let forgetCheck = (): void => undefined;
  const readiness = defineComponent({
    name: 'console-readiness',
    start: () => {
      forgetCheck = base.health.register(
        'console.events',
        () => uplinks.isOpen() || 'the event stream of service is not open',
      );
    },
    stop: () => forgetCheck(),
  });
  const app = composeComponents('console', [readiness, uplinks.component, crowd.component, operators, http], {
    logger,
    clock,
  });
  return { ...app, describe: () => ({ console: http.address().url }) };
}
