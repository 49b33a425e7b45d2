import { randomUUID } from 'node:crypto';
import type { Bus, ExpressLog, LeaseStore, LogicApi, MessageReports } from '@longwire/domain';
import { openJetStreamExpressLog, openNatsBus } from '@longwire/nats';
import { createRedisLeaseStore, openRedis } from '@longwire/redis';
import { openLogicClient } from '@longwire/rpc';
import { composeComponents, createBreakerObserver, defineComponent, rateLimited } from '@longwire/runtime';
import type { AppBase, Component } from '@longwire/runtime';
import { createVitalsPublisher, TraceSender } from '@longwire/vitals';
import type { TierSource } from '@longwire/vitals';
import { composeExpress } from './compose-express.ts';
import { composeRooms } from './compose-rooms.ts';
import type { DispatchConfig } from './config.ts';
import { createDispatchMetrics, registerDispatchGauges } from './metrics.ts';
import { dispatchVitals } from './vitals.ts';

const LOG_PERIOD_MS = 10_000;
/** Rooms told in each report. A room has one owner, so the busiest of all are among the busiest of each. */
const MAX_TOLD_ROOMS = 200;

/** Everything dispatch needs from outside. */
export interface DispatchPorts extends AppBase {
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly leases: LeaseStore;
  readonly expressLog: ExpressLog;
  readonly reports: MessageReports;
  readonly logic: LogicApi;
  /**
   * Names this run of this process as the holder of its leases. Never the same for two runs: a restarted process that
   * took up the epoch of the run before would begin its seqs anew within it. Default: the node's name and a random id.
   */
  readonly holder?: string;
}

export interface DispatchApp extends Component {
  /** What this process tells of itself. */
  readonly vitals: TierSource;
}

/** Composes dispatch from its ports; nothing is opened before the start. The ports stay the caller's. */
export function createDispatchApp(config: DispatchConfig, ports: DispatchPorts): DispatchApp {
  const { bulkBus, expressBus, leases, expressLog, reports, logic, clock, health, nodeName } = ports;
  const logger = rateLimited(ports.logger.child({ app: 'dispatch' }), clock, LOG_PERIOD_MS);
  const metrics = createDispatchMetrics(ports.metrics);
  const holder = ports.holder ?? `${nodeName}:${randomUUID()}`;

  const traces = new TraceSender({
    process: nodeName,
    bus: bulkBus,
    clock,
    onSpans: (outcome, count) => metrics.traceSpans.inc({ outcome }, count),
  });
  const rooms = composeRooms(config, { bulkBus, leases, clock, logger, metrics, holder, process: nodeName, traces });
  const express = composeExpress(config, {
    bulkBus,
    expressBus,
    log: expressLog,
    reports,
    leases,
    logic,
    clock,
    logger,
    metrics,
    holder,
    traces,
  });
  registerDispatchGauges(ports.metrics, {
    partitionsOwned: rooms.partitionsOwned,
    waitingBytes: rooms.waitingBytes,
    keptBytes: rooms.keptBytes,
    hotRooms: rooms.hotRooms,
    historyBytes: rooms.historyBytes,
    ratedRooms: () => rooms.rates.rooms,
    dictionaryRooms: rooms.dictionaryRooms,
    dictionaryBytes: rooms.dictionaryBytes,
    expressQueued: express.queued,
    expressQueuedBytes: express.queuedBytes,
    expressPending: express.pending,
    expressFollowed: express.followed,
    expressEnded: express.ended,
    expressReports: express.reportsWaiting,
  });

  const checks: (() => void)[] = [];
  const readiness = defineComponent({
    name: 'dispatch-readiness',
    start: () => {
      checks.push(
        health.register('dispatch-bulk-bus', () => bulkBus.isConnected() || 'not connected'),
        health.register('dispatch-express-bus', () => expressBus.isConnected() || 'not connected'),
        health.register('dispatch-express-log', () => expressLog.isConnected() || 'does not answer'),
        health.register('dispatch-express-worker', () => express.isCaughtUp() || 'is reading the log'),
        health.register('dispatch-lease-store', () => rooms.isStoreReachable() || 'does not answer'),
        health.register('dispatch-logic', () => logic.isAvailable() || 'does not answer'),
      );
    },
    stop: () => {
      for (const forget of checks.splice(0)) forget();
    },
  });
  const lastSpans = defineComponent({ name: 'dispatch-traces', stop: () => traces.flush() });
  const component = composeComponents('dispatch', [lastSpans, readiness, express, rooms], { logger, clock });
  const vitals: TierSource = { table: dispatchVitals, rooms: () => rooms.rates.top(MAX_TOLD_ROOMS) };
  return { ...component, vitals };
}

/** Connects the distributed adapters and composes dispatch, which then owns them. */
export async function openDispatchApp(config: DispatchConfig, base: AppBase): Promise<Component> {
  const { clock, logger, nodeName } = base;
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    await Promise.all(closers.splice(0).map((close) => close()));
  };
  try {
    const bus = { url: config.natsUrl, name: nodeName, logger, clock };
    const bulkBus = await openNatsBus({ ...bus, lane: 'bulk' });
    closers.push(() => bulkBus.close());
    const expressBus = await openNatsBus({ ...bus, lane: 'express' });
    closers.push(() => expressBus.close());
    const log = { url: config.natsUrl, name: nodeName, logger, clock };
    const limits = { replicas: config.expressReplicas, maxBytes: config.expressLogBytes };
    const expressLog = await openJetStreamExpressLog({ ...log, ...limits, maxEntries: config.expressLogEntries });
    closers.push(() => expressLog.close());
    const redis = await openRedis({ url: config.redisUrl, logger });
    closers.push(() => redis.close());
    const breakers = createBreakerObserver(base.metrics);
    const logic = openLogicClient({ addresses: config.logicGrpc, logger, clock, onBreaker: breakers('logic') });
    closers.push(async () => logic.close());
    const leases = createRedisLeaseStore(redis);
    const app = createDispatchApp(config, {
      ...base,
      bulkBus,
      expressBus,
      leases,
      expressLog,
      reports: expressLog,
      logic,
    });
    const adapters = defineComponent({ name: 'dispatch-adapters', stop: closeAll });
    const vitals = createVitalsPublisher({ ...base, process: nodeName, bus: bulkBus, tiers: [app.vitals] });
    return composeComponents('dispatch', [adapters, vitals, app], { logger, clock });
  } catch (caught) {
    await closeAll();
    throw caught;
  }
}
