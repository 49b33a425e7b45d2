import { createCredentialChecker } from '@longwire/auth';
import type {
  Bus,
  CredentialStore,
  EventCursors,
  EventLog,
  ExpressLog,
  IdempotencyStore,
  LeaseStore,
  LogicApi,
  MessageReports,
  RoomDirectory,
  SubjectLine,
} from '@longwire/domain';
import { openJetStreamExpressLog, openNatsBus } from '@longwire/nats';
import {
  createRedisCredentialStore,
  createRedisEventCursors,
  createRedisEventLog,
  createRedisIdempotencyStore,
  createRedisLeaseStore,
  createRedisRoomDirectory,
  openRedis,
} from '@longwire/redis';
import { openLogicClient } from '@longwire/rpc';
import {
  composeComponents,
  createBreakerObserver,
  createHttpComponent,
  createHttpServer,
  defineComponent,
} from '@longwire/runtime';
import type { AppBase, Component } from '@longwire/runtime';
import { createVitalsPublisher, TraceSender } from '@longwire/vitals';
import { composeDelivery } from './compose-delivery.ts';
import { composeOperator } from './compose-operator.ts';
import type { ServiceConfig } from './config.ts';
import { createGrpcDoor } from './grpc/grpc-door.ts';
import { addRoutes } from './http/routes.ts';
import { KeyService } from './keys/key-service.ts';
import { PushLimits } from './limit/push-limits.ts';
import { createServiceMetrics } from './metrics.ts';
import type { ServiceMetrics } from './metrics.ts';
import { OnlineService } from './online/online-service.ts';
import { MessageSender } from './push/message-sender.ts';
import { PushService } from './push/push-service.ts';
import { RoomSender } from './push/room-sender.ts';
import { RoomService } from './rooms/room-service.ts';
import { StatusReader } from './status/status-reader.ts';
import { serviceVitals } from './vitals.ts';

/** What the service tier works with. */
export interface ServicePorts extends AppBase {
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly logic: LogicApi;
  readonly rooms: RoomDirectory;
  readonly credentials: CredentialStore;
  readonly idempotency: IdempotencyStore;
  readonly expressLog: ExpressLog;
  readonly reports: MessageReports;
  readonly eventLog: EventLog;
  /** Who passes events on, and how far they have come. */
  readonly leases: LeaseStore;
  readonly cursors: EventCursors;
  /** null where there is no NATS: events are then published to no subject. */
  readonly subjects: SubjectLine | null;
  /** True while the store answers, or why not. */
  readonly storeHealth: () => true | string;
}

export interface ServiceApp extends Component {
  /** Where the two doors are, once started. */
  describe(): { readonly http: string; readonly grpc: string };
}

const VERSION = '1.0.0';
// A payload of 64 KiB may be written with escapes, and a target may name 1,000 ids.
const BODY_LIMIT_BYTES = 512 * 1024;

/** The service tier over any adapters: the push API over HTTP and gRPC. */
export function createServiceApp(config: ServiceConfig, ports: ServicePorts): ServiceApp {
  const { clock, logger } = ports;
  const metrics = createServiceMetrics(ports.metrics);
  const traces = new TraceSender({
    process: ports.nodeName,
    bus: ports.bulkBus,
    clock,
    onSpans: (outcome, count) => metrics.traceSpans.inc({ outcome }, count),
  });
  const push = createPushService(config, { ...ports, traces }, metrics);
  const checker = createCredentialChecker({
    store: ports.credentials,
    bootstrapKey: config.apiKey,
    clock,
    cacheMs: 1000,
  });
  const rooms = new RoomService({ rooms: ports.rooms, logic: ports.logic, bulkBus: ports.bulkBus });
  const online = new OnlineService({ logic: ports.logic, expressBus: ports.expressBus });
  const keys = new KeyService({ store: ports.credentials, clock });
  const status = new StatusReader({ expressBus: ports.expressBus, reports: ports.reports, clock });
  const { operator, feed } = composeOperator(ports, metrics);
  const { eventLog } = ports;

  const stopping = new AbortController();
  const server = createHttpServer({
    name: 'service',
    logger,
    metrics: ports.metrics,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    title: 'Longwire service API',
    version: VERSION,
  });
  addRoutes(server, {
    checker,
    push,
    rooms,
    online,
    keys,
    status,
    operator,
    log: eventLog,
    maxStreams: config.maxEventStreams,
    keepAliveMs: config.eventsKeepAliveMs,
    metrics,
    stopping: stopping.signal,
  });
  const http = createHttpComponent(server, { name: 'service-http', host: config.host, port: config.httpPort });
  const grpc = createGrpcDoor({
    host: config.host,
    port: config.grpcPort,
    logger,
    services: { checker, push, rooms, online, status },
  });
  const streams = defineComponent({ name: 'service-event-streams', stop: () => stopping.abort() });
  const couriers = composeDelivery(config, ports, metrics);
  const lastSpans = defineComponent({ name: 'service-traces', stop: () => traces.flush() });
  const parts = [createHealthChecks(ports), feed, lastSpans, http, grpc, streams, ...couriers];
  const app = composeComponents('service', parts, { logger, clock });
  return { ...app, describe: () => ({ http: http.address().url, grpc: grpc.address() }) };
}

function createPushService(
  config: ServiceConfig,
  ports: ServicePorts & { readonly traces: TraceSender },
  metrics: ServiceMetrics,
): PushService {
  const { clock, rooms: directory, idempotency, traces } = ports;
  const noResponderMs = config.moveWaitMs;
  const line = (bus: Bus, lane: 'bulk' | 'express') => ({
    bus,
    clock,
    noResponderMs,
    onRetry: () => metrics.handOverRetries.inc({ lane }),
  });
  const bulk = line(ports.bulkBus, 'bulk');
  const rooms = new RoomSender(bulk, {
    maxQueued: config.maxQueued,
    maxQueuedBytes: config.maxQueuedMiB * 1024 * 1024,
    gatherMs: config.gatherMs,
    onQueueChange: (queued) => metrics.queuedRoomMessages.set(queued),
    onHandOver: () => metrics.roomHandOvers.inc(),
  });
  const sender = new MessageSender({
    rooms,
    bulk,
    express: line(ports.expressBus, 'express'),
    expressLog: ports.expressLog,
    onLogFull: () => metrics.refusals.inc({ limit: 'express-log' }),
  });
  const limits = new PushLimits(
    { keyRatePerSec: config.keyRate, roomRatePerSec: config.roomRate, maxInFlight: config.maxInFlight },
    {
      clock,
      onRefused: (limit) => metrics.refusals.inc({ limit }),
      onInFlight: (count) => metrics.inFlight.set(count),
    },
  );
  return new PushService({ sender, rooms: directory, idempotency, limits, clock, metrics, traces });
}

function createHealthChecks(ports: ServicePorts): Component {
  const removals: (() => void)[] = [];
  return defineComponent({
    name: 'service-health',
    start: () => {
      const bus = (which: Bus) => () => which.isConnected() || 'not connected';
      removals.push(
        ports.health.register('service.bulk-bus', bus(ports.bulkBus)),
        ports.health.register('service.express-bus', bus(ports.expressBus)),
        ports.health.register('service.express-log', () => ports.expressLog.isConnected() || 'does not answer'),
        ports.health.register('service.store', ports.storeHealth),
        ports.health.register('service.logic', () => ports.logic.isAvailable() || 'does not answer'),
      );
    },
    stop: () => {
      for (const remove of removals) remove();
    },
  });
}

/** The service tier of a cluster: on NATS, Redis and the logic tier over gRPC. */
export async function openServiceApp(config: ServiceConfig, base: AppBase): Promise<ServiceApp> {
  const { logger, clock, nodeName } = base;
  // Closes what was opened, last first: at once when a later one cannot be opened, else when the app stops.
  await using opening = new AsyncDisposableStack();
  const redis = opening.adopt(await openRedis({ url: config.redisUrl, logger }), (opened) => opened.close());
  const openBus = async (lane: 'bulk' | 'express') =>
    opening.adopt(await openNatsBus({ url: config.natsUrl, lane, name: nodeName, logger, clock }), (opened) =>
      opened.close(),
    );
  const bulkBus = await openBus('bulk');
  const expressBus = await openBus('express');
  const expressLog = opening.adopt(
    await openJetStreamExpressLog({
      url: config.natsUrl,
      name: nodeName,
      logger,
      clock,
      replicas: config.expressReplicas,
      maxBytes: config.expressLogBytes,
      maxEntries: config.expressLogEntries,
    }),
    (opened) => opened.close(),
  );
  const breakers = createBreakerObserver(base.metrics);
  const logic = opening.adopt(
    openLogicClient({ addresses: config.logicGrpc, logger, clock, onBreaker: breakers('logic') }),
    (opened) => opened.close(),
  );
  const app = createServiceApp(config, {
    ...base,
    bulkBus,
    expressBus,
    logic,
    rooms: createRedisRoomDirectory(redis),
    credentials: createRedisCredentialStore(redis),
    idempotency: createRedisIdempotencyStore(redis),
    expressLog,
    reports: expressLog,
    eventLog: createRedisEventLog(redis),
    leases: createRedisLeaseStore(redis),
    cursors: createRedisEventCursors(redis),
    subjects: bulkBus,
    storeHealth: () => redis.isConnected() || 'Redis does not answer',
  });
  const opened = opening.move();
  const connections = defineComponent({ name: 'service-connections', stop: () => opened.disposeAsync() });
  const tiers = [{ table: serviceVitals }];
  const vitals = createVitalsPublisher({ ...base, process: nodeName, bus: bulkBus, tiers });
  const whole = composeComponents('service', [connections, vitals, app], { logger, clock, stopStepMs: 3000 });
  return { ...whole, describe: () => app.describe() };
}
