import type { Bus, EventLog, LogicApi, PresenceStore, RoomDirectory } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import type { OpenBus } from '@longwire/nats';
import { createRedisEventLog, createRedisPresenceStore, createRedisRoomDirectory, openRedis } from '@longwire/redis';
import type { RedisConnection } from '@longwire/redis';
import { serveLogic } from '@longwire/rpc';
import type { GrpcServer } from '@longwire/rpc';
import { composeComponents, defineComponent, rateLimited } from '@longwire/runtime';
import type { AppBase, Component, RunnableApp } from '@longwire/runtime';
import { createVitalsPublisher } from '@longwire/vitals';
import { createBackgroundWork } from './background-work.ts';
import type { LogicConfig } from './config.ts';
import { createEventOutbox } from './events/event-outbox.ts';
import { createLogicApi } from './logic-api.ts';
import { createLogicMetrics } from './metrics.ts';
import { createRoomFactsReader } from './online/room-facts.ts';
import { createZoneCache } from './online/zone-cache.ts';
import { createZoneFollower } from './online/zone-changes.ts';
import { presenceTimesOf } from './presence/presence-times.ts';
import { createSessionLinks } from './presence/session-links.ts';
import { createReadiness } from './readiness.ts';
import { createCallGate } from './route/call-gate.ts';
import { createRouteFinder } from './route/route-finder.ts';
import { logicVitals } from './vitals.ts';

/** Everything logic needs from outside. */
export interface LogicPorts extends AppBase {
  readonly presence: PresenceStore;
  readonly rooms: RoomDirectory;
  readonly events: EventLog;
  readonly bulkBus: Pick<Bus, 'subscribe' | 'isConnected' | 'onConnectionChange'>;
  /** True while the stores answer, or why not. */
  readonly storeHealth: () => true | string;
}

export interface LogicApp extends Component {
  /** For the other tiers in the same process. */
  readonly api: LogicApi;
}

/** Composes logic from its ports; nothing is opened before the start. The ports stay the caller's. */
export function createLogicApp(config: LogicConfig, ports: LogicPorts): LogicApp {
  const { clock, presence, bulkBus, health, storeHealth } = ports;
  const logger = rateLimited(ports.logger.child({ app: 'logic' }), clock, 10_000);
  const onFaultOf = (work: string) => (err: unknown) => {
    metrics.storeFaults.inc({ work });
    logger.warn({ err, work }, 'store-failed');
  };

  const outbox = createEventOutbox({
    log: ports.events,
    confirm: (events) => presence.confirmEvents(events),
    onAppended: (events) => {
      for (const { type } of events) metrics.events.inc({ type });
    },
    onDropped: (count) => {
      metrics.droppedEvents.inc(count);
      logger.error({ count }, 'events-dropped');
    },
    onFault: onFaultOf('event-log'),
  });
  const links = createSessionLinks({
    store: presence,
    outbox,
    clock,
    leaseTtlMs: config.presenceLeaseMs,
    onReport: (report, outcome, tookMs) => {
      metrics.reports.inc({ type: report.type, outcome });
      metrics.reportSeconds.observe({ type: report.type }, tookMs / 1000);
      if (outcome === 'applied' && report.type !== 'digest') metrics.changes.inc(report.changes.length);
    },
    onDigest: (node, result) => {
      metrics.digests.inc({ result });
      if (result === 'differs') logger.warn({ ...node }, 'sessions-differ');
    },
    onFault: onFaultOf('report'),
  });
  const gate = createCallGate(clock);
  const zones = createZoneCache({ rooms: ports.rooms, clock });
  const api = createLogicApi({
    links,
    rooms: createRoomFactsReader({ store: presence, zones, gate }),
    routes: createRouteFinder(presence, gate),
    store: presence,
    gate,
    isAvailable: () => storeHealth() === true,
  });
  const metrics = createLogicMetrics(ports.metrics, {
    links: () => links.openCount(),
    waitingReports: () => links.waitingCount(),
    queries: () => gate.underWay(),
    keptEvents: () => outbox.keptCount(),
    cachedZones: () => zones.size(),
  });

  const component = composeComponents(
    'logic',
    [
      createReadiness({ health, storeHealth, bulkBus }),
      createZoneFollower(bulkBus, zones, onFaultOf('zone-change')),
      ...createBackgroundWork(config, { presence, outbox, api, metrics, clock, logger }),
    ],
    { logger, clock },
  );
  return { ...component, api };
}

/**
 * Connects to Redis and NATS and composes logic over them, with the gRPC door for the other tiers. Rejects, leaving
 * nothing open, when one of them cannot be reached.
 */
export async function openLogicApp(config: LogicConfig, base: AppBase): Promise<RunnableApp> {
  const { logger, clock } = base;
  const { redis, bulkBus } = await openConnections(config, base);
  const app = createLogicApp(config, {
    ...base,
    bulkBus,
    presence: createRedisPresenceStore(redis, presenceTimesOf(config)),
    rooms: createRedisRoomDirectory(redis),
    events: createRedisEventLog(redis),
    storeHealth: () => redis.isConnected() || 'Redis does not answer',
  });
  let server: GrpcServer | undefined;
  const grpc = defineComponent({
    name: 'logic-grpc',
    start: async () => {
      server = await serveLogic({ host: config.host, port: config.grpcPort, logic: app.api, logger, clock });
    },
    stop: () => server?.close(),
  });
  const connections = [
    defineComponent({ name: 'redis', stop: () => redis.close() }),
    defineComponent({ name: 'bulk-bus', stop: () => bulkBus.close() }),
  ];
  const vitals = createVitalsPublisher({
    ...base,
    process: base.nodeName,
    bus: bulkBus,
    tiers: [{ table: logicVitals }],
  });
  const whole = composeComponents('logic', [...connections, vitals, app, grpc], { logger, clock, stopStepMs: 3000 });
  return { ...whole, describe: () => ({ grpc: server?.address }) };
}

async function openConnections(
  config: LogicConfig,
  { logger, clock, nodeName }: AppBase,
): Promise<{ readonly redis: RedisConnection; readonly bulkBus: OpenBus }> {
  const redis = await openRedis({ url: config.redisUrl, logger });
  try {
    return { redis, bulkBus: await openNatsBus({ url: config.natsUrl, lane: 'bulk', name: nodeName, logger, clock }) };
  } catch (cause) {
    await redis.close();
    throw cause;
  }
}
