import { createCredentialChecker, createTokenMinter, createTokenOpener, parseKeyRing } from '@longwire/auth';
import type { KeyRing } from '@longwire/auth';
import type { ControlApi, CredentialStore, NodeDirectory } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import { createRedisCredentialStore, createRedisNodeDirectory, openRedis } from '@longwire/redis';
import { serveControl } from '@longwire/rpc';
import type { GrpcServer } from '@longwire/rpc';
import { composeComponents, createHttpComponent, defineComponent, rateLimited } from '@longwire/runtime';
import type { AppBase, Component, Health, HttpServer, MetricsRegistry, RunnableApp } from '@longwire/runtime';
import type { ControlConfig } from './config.ts';
import { createControlApi } from './control-api.ts';
import { createConnectLimits } from './http/connect-limits.ts';
import { createHttpApp } from './http/http-app.ts';
import { createControlMetrics } from './metrics.ts';
import type { ControlMetrics } from './metrics.ts';
import { createListRefresher } from './nodes/list-refresher.ts';
import { countByState } from './nodes/count-by-state.ts';
import { createNodeRegistry } from './nodes/node-registry.ts';
import type { NodeRegistry } from './nodes/node-registry.ts';
import { createOperatorDecisions } from './nodes/operator-decisions.ts';
import { createLinkQualityTable } from './quality/link-quality-table.ts';
import type { LinkQualityTable } from './quality/link-quality-table.ts';
import { createHandoutLedger } from './schedule/handout-ledger.ts';
import { createScheduler } from './schedule/scheduler.ts';
import type { Scheduler } from './schedule/scheduler.ts';
import { createConnectTokens } from './token/connect-tokens.ts';
import { createControlVitals } from './vitals.ts';

/** Clients stay connected for hours with the token they came with, and report with it. */
const REPORT_GRACE_MS = 24 * 3_600_000;

/** Everything control needs from outside. */
export interface ControlPorts extends AppBase {
  readonly directory: NodeDirectory;
  readonly credentials: CredentialStore;
  readonly keyRing: KeyRing;
  /** Uniform in [0, 1); default Math.random. */
  readonly random?: () => number;
}

export interface ControlApp extends Component {
  /** For access nodes in the same process. */
  readonly api: ControlApi;
  /** Addresses, once started. */
  describe(): { readonly http: string };
}

/** Composes control from its ports; nothing is opened before the start. The ports stay the caller's. */
export function createControlApp(config: ControlConfig, ports: ControlPorts): ControlApp {
  const { clock, directory, random = Math.random } = ports;
  const logger = rateLimited(ports.logger.child({ app: 'control' }), clock, 10_000);
  const onFault = (err: unknown): void => {
    metrics.storeFaults.inc();
    logger.warn({ err }, 'node-directory-failed');
  };

  const ledger = createHandoutLedger();
  const quality = createLinkQualityTable(clock);
  const scheduler = createScheduler({ ledger, quality, slowStartMs: config.slowStartMs, random });
  const registry = createNodeRegistry({
    directory,
    clock,
    maxAgeMs: config.listMaxAgeMs,
    onList: ({ nodes }) => {
      const records = [...nodes.values()];
      ledger.observe(records);
      quality.observe(records);
    },
  });
  const metrics = createControlMetrics(ports.metrics, {
    nodesByState: () => countByState(registry.latest()),
    listVersion: () => registry.latest()?.version ?? 0,
    listAgeMs: () => registry.ageMs(),
    linkQuality: () => quality.byRegion(),
  });
  const isListFresh = (): boolean => registry.ageMs() < Math.max(2000, 4 * config.listRefreshMs);
  const api = createControlApi({
    directory,
    registry,
    scheduler,
    clock,
    leaseTtlMs: config.nodeLeaseMs,
    isAvailable: isListFresh,
    onReport: (isStored) => metrics.reports.inc({ outcome: isStored ? 'stored' : 'failed' }),
    onFault,
  });

  const server = createHttpServerOf(config, {
    ...ports,
    logger,
    registry,
    scheduler,
    quality,
    metrics,
    metricsRegistry: ports.metrics,
  });
  const http = createHttpComponent(server, { name: 'control-http', host: config.host, port: config.httpPort });
  const refresher = createListRefresher({ registry, periodMs: config.listRefreshMs, clock, logger, onFault });
  const readiness = createReadiness(ports.health, isListFresh);

  const component = composeComponents('control', [refresher, readiness, http], { logger, clock });
  return { ...component, api, describe: () => ({ http: http.address().url }) };
}

/**
 * Connects to Redis and composes control over it, with the gRPC door for access nodes. Rejects, leaving nothing open, when
 * there are no token keys or Redis cannot be reached.
 */
export async function openControlApp(config: ControlConfig, base: AppBase): Promise<RunnableApp> {
  const { logger, clock, nodeName } = base;
  const keyRing = parseKeyRing(config.tokenKeys);
  const redis = await openRedis({ url: config.redisUrl, logger });
  const app = createControlApp(config, {
    ...base,
    keyRing,
    directory: createRedisNodeDirectory(redis),
    credentials: createRedisCredentialStore(redis),
  });
  let server: GrpcServer | undefined;
  const grpc = defineComponent({
    name: 'control-grpc',
    start: async () => {
      server = await serveControl({ host: config.host, port: config.grpcPort, control: app.api, clock });
    },
    stop: () => server?.close(),
  });
  const store = defineComponent({ name: 'redis', stop: () => redis.close() });
  const openBus = () => openNatsBus({ url: config.natsUrl, lane: 'bulk', name: nodeName, logger, clock });
  const vitals = createControlVitals({ ...base, openBus });
  const whole = composeComponents('control', [store, vitals, app, grpc], { logger, clock, stopStepMs: 3000 });
  return { ...whole, describe: () => ({ ...app.describe(), grpc: server?.address }) };
}

interface HttpParts extends Omit<ControlPorts, 'metrics'> {
  readonly registry: NodeRegistry;
  readonly scheduler: Scheduler;
  readonly quality: LinkQualityTable;
  readonly metrics: ControlMetrics;
  readonly metricsRegistry: MetricsRegistry;
}

function createHttpServerOf(config: ControlConfig, parts: HttpParts): HttpServer {
  const { clock, registry, scheduler, quality, metrics, logger } = parts;
  const checker = createCredentialChecker({ store: parts.credentials, bootstrapKey: config.apiKey, clock });
  return createHttpApp({
    logger,
    metrics: parts.metricsRegistry,
    connect: {
      checker,
      registry,
      scheduler,
      clock,
      heartbeatMs: config.heartbeatMs,
      isBehindProxy: config.behindProxy,
      tokens: createConnectTokens(createTokenMinter(parts.keyRing, { ttlMs: config.tokenTtlMs, clock })),
      limits: createConnectLimits({
        clock,
        addressRate: config.addressRate,
        keyRate: config.keyRate,
        totalRate: config.connectRate,
        random: parts.random ?? Math.random,
        onLimited: (limit) => metrics.limited.inc({ limit }),
      }),
      onPlaced: (region) => (region === 'none' ? metrics.noNode.inc() : metrics.connects.inc({ region })),
    },
    admin: {
      checker,
      registry,
      decisions: createOperatorDecisions(parts.directory, registry),
      quality,
      onDecision: (decision) => metrics.decisions.inc({ decision }),
    },
    quality: {
      tokens: createTokenOpener(parts.keyRing, { clock, graceMs: REPORT_GRACE_MS }),
      table: quality,
      clock,
      isBehindProxy: config.behindProxy,
      onReport: (outcome) => metrics.linkReports.inc({ outcome }),
    },
  });
}

/** Says ready while the list of nodes is being read. */
function createReadiness(health: Health, isListFresh: () => boolean): Component {
  let forget = (): void => undefined;
  return defineComponent({
    name: 'control-readiness',
    start: () => {
      forget = health.register('control.node-list', () => isListFresh() || 'the list of nodes cannot be read');
    },
    stop: () => forget(),
  });
}
