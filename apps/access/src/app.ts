import { parseKeyRing } from '@longwire/auth';
import type { KeyRing } from '@longwire/auth';
import { parseId } from '@longwire/domain';
import type { Bus, ControlApi, LogicApi, NodeId, NodeIncarnation, SessionChange } from '@longwire/domain';
import { openNatsBus } from '@longwire/nats';
import { openControlClient, openLogicClient } from '@longwire/rpc';
import { composeComponents, createBreakerObserver, defineComponent, rateLimited } from '@longwire/runtime';
import type { AppBase, Component } from '@longwire/runtime';
import { composeClients } from './compose-clients.ts';
import { composeResume } from './compose-resume.ts';
import type { AccessConfig } from './config.ts';
import { ConnectionTable } from './connection/connection-table.ts';
import { Sweeper } from './connection/sweeper.ts';
import { AckSender } from './delivery/ack-sender.ts';
import { ArrivalSender } from './delivery/arrival-sender.ts';
import { BatchReceiver } from './delivery/batch-receiver.ts';
import { BroadcastReceiver } from './delivery/broadcast-receiver.ts';
import { RecentMessages } from './delivery/dedup.ts';
import { DirectReceiver } from './delivery/direct-receiver.ts';
import { NodeSubscriptions } from './delivery/node-subscriptions.ts';
import { Pacer } from './delivery/pacer.ts';
import { Drain } from './drain/drain.ts';
import { NodeExit } from './drain/node-exit.ts';
import { createAccessMetrics, registerAccessGauges } from './metrics.ts';
import { describeNode } from './node/description.ts';
import { LoadMeter } from './node/load-report.ts';
import { NodeLease } from './node/node-lease.ts';
import { PeriodicJobs } from './node/periodic-jobs.ts';
import { registerReadiness } from './node/readiness.ts';
import { DemandReporter } from './room/demand.ts';
import { RoomFactsReader, takeRoomsToRefresh } from './room/room-facts.ts';
import { RoomTable } from './room/room-table.ts';
import { ZoneIndex } from './room/zones.ts';
import { SessionReporter } from './session/session-reporter.ts';

/** Everything an access node needs from outside. The node is named `nodeName`. */
export interface AccessPorts extends AppBase {
  readonly bulkBus: Bus;
  readonly expressBus: Bus;
  readonly logic: LogicApi;
  readonly control: ControlApi;
  readonly keyRing: KeyRing;
  /** Uniform in [0, 1); default Math.random. */
  readonly random?: () => number;
}

export interface AccessApp extends Component {
  /** Addresses as clients dial them, once started; null for what is not offered. */
  describe(): AccessAddresses;
}

export interface AccessAddresses extends Record<string, unknown> {
  readonly nodeId: string;
  readonly ws: string;
  readonly tcp: string;
  readonly ports: Readonly<Record<'ws' | 'wss' | 'tcp' | 'tls', number | null>>;
}

const SWEEP_MS = 250;
const SECOND_MS = 1000;
const ZONE_REPAIR_MS = 30_000;
const DEMAND_SNAPSHOT_MS = 5000;
const LAST_REPORTS_MS = 500;
/** Ids of connections are made of the node's and must be ids themselves, of at most 64 characters. */
const MAX_NODE_ID_LENGTH = 40;

/** Composes an access node from its ports; nothing is opened before the start. The ports stay the caller's. */
export function createAccessApp(config: AccessConfig, ports: AccessPorts): AccessApp {
  const { clock, bulkBus, expressBus, logic, control, random = Math.random } = ports;
  const node = nodeOf(ports);
  const { nodeId } = node;
  const logger = rateLimited(ports.logger.child({ app: 'access' }), clock, 10_000);
  const metrics = createAccessMetrics(ports.metrics);

  // What is here: connections, the rooms they are in, the zones of these.
  const table = new ConnectionTable();
  const zones = new ZoneIndex();
  const facts = new RoomFactsReader({
    logic,
    nodeId,
    zones,
    onFailure: (err) => {
      metrics.factFailures.inc();
      logger.warn({ err }, 'room-lookup-failed');
    },
  });
  const resume = composeResume(config, {
    bulkBus,
    clock,
    logger,
    metrics,
    onMissed: (room, batch) => batches.onMissed(room, batch),
  });
  const { past, fences } = resume;
  const recent = new RecentMessages();
  const batches = new BatchReceiver({
    metrics,
    clock,
    past,
    fences,
    recent,
    onAhead: (room) => demand.noteChange(room),
  });
  const rooms = new RoomTable({
    buses: { bulkBus, expressBus },
    clock,
    lingerMs: config.roomLingerMs,
    handlersFor: (room) => ({
      onBulk: (payload) => batches.onBulk(room, payload),
      onExpress: (payload) => batches.onExpress(room, payload),
    }),
    lookup: (room) => facts.lookup(room),
    onNeedsChange: (room) => demand.noteChange(room),
    onDropped: (room) => {
      zones.forget(room);
      resume.forget(room);
    },
  });
  const demand = new DemandReporter({
    bulkBus,
    node,
    rooms: () => rooms.rooms(),
    firstSeqOf: (room) => past.firstSeqOf(room),
    fences,
  });

  // What comes over the bus for many, and for this node alone.
  const direct = new DirectReceiver({
    table,
    metrics,
    clock,
    copyRules: { windowMs: config.copyWindowMs },
    ackAgain: (connection, messageId) => acks.send(connection, [messageId]),
  });
  const broadcasts = new BroadcastReceiver({ table, zones, pacer: new Pacer(metrics), metrics, clock, recent });
  const subscriptions = new NodeSubscriptions({
    bulkBus,
    expressBus,
    nodeId,
    direct,
    broadcasts,
    demand,
    rooms,
    zones,
    past,
    metrics,
  });

  // What goes up: sessions and uplinks to logic, receipts and arrivals to the express workers.
  const reporter = new SessionReporter({
    logic,
    node,
    clock,
    sources: () => table.connections.filter((connection) => connection.isReported),
    onReport: (outcome, changes) => metrics.onReport(outcome, changes),
    onSnapshot: () => metrics.snapshots.inc(),
    onDigest: (outcome) => metrics.digests.inc({ outcome }),
  });
  const acks = new AckSender({
    expressBus,
    clock,
    onSent: (count, outcome) => metrics.acks.inc({ outcome }, count),
  });
  const arrivals = new ArrivalSender({ expressBus, clock, nodeId });
  const onChange = (change: SessionChange): void => {
    if (change.type === 'join' || change.type === 'leave') metrics.roomChanges.inc({ change: change.type });
    reporter.note(change);
  };

  // How clients come in, and what they ask for.
  const { acceptor, gate, listeners } = composeClients(config, {
    node,
    clock,
    logger,
    metrics,
    keyRing: ports.keyRing,
    table,
    rooms,
    reporter,
    onChange,
    onArrival: (connection) => arrivals.send(connection),
    onAck: (connection, messageIds) => acks.take(connection, messageIds),
    alternatives: () => lease.alternatives,
    random,
    onResume: (connection, request) => resume.resumes.resume(connection, request),
  });

  // How the node is known to control, and how it goes.
  const meter = new LoadMeter({ clock, capacity: config.maxConnections, connections: () => table.size });
  const lease = new NodeLease({
    control,
    describe: () => describeNode(node, config, listeners),
    measure: () => meter.report(),
    onDirective: (directive) => exit.onDirective(directive),
  });
  const drain = new Drain({
    table,
    clock,
    alternatives: () => lease.alternatives,
    random,
    pace: { percentPerSec: config.drainPercentPerSec, closeAfterMs: config.drainCloseAfterMs },
    onRound: (hinted) => metrics.drainHints.inc(hinted),
    onDue: (left, closed) => {
      metrics.drained.inc({ how: 'left' }, left);
      metrics.drained.inc({ how: 'closed' }, closed);
    },
  });
  const exit = new NodeExit({
    drain,
    gate,
    listeners,
    lease,
    table,
    clock,
    maxDrainMs: config.drainMs,
    reportNow: () => leaseJobs.trigger('node-lease'),
    onResumeFailed: (err) => logger.error({ err }, 'listeners-not-reopened'),
  });

  const sweeper = new Sweeper(table);
  const upkeep = new PeriodicJobs(
    [
      { name: 'sweep', periodMs: SWEEP_MS, run: () => sweeper.sweep(clock.monotonic()) },
      { name: 'rooms', periodMs: SECOND_MS, run: () => rooms.sweep() },
      { name: 'online-counts', periodMs: SECOND_MS, run: () => facts.refresh(takeRoomsToRefresh(rooms.rooms())) },
      { name: 'zone-repair', periodMs: ZONE_REPAIR_MS, run: () => facts.refresh([...rooms.rooms()]) },
      { name: 'resume', periodMs: SECOND_MS, run: () => resume.sweep() },
      { name: 'demand', periodMs: DEMAND_SNAPSHOT_MS, run: () => demand.publishSnapshot() },
      { name: 'certificate', periodMs: config.tlsReloadMs, run: () => listeners.reloadCertificate() },
    ],
    { clock, logger },
  );
  const leaseJobs = new PeriodicJobs([{ name: 'node-lease', periodMs: SECOND_MS, run: () => lease.renew() }], {
    clock,
    logger,
  });
  const reloadOnHangup = (): void => void listeners.reloadCertificate();
  let forgetReadiness = (): void => undefined;
  let forgetBus = (): void => undefined;
  let forgetExpress = (): void => undefined;

  registerAccessGauges(ports.metrics, {
    connections: (kind) => acceptor.count(kind),
    rooms: () => rooms.size,
    outboxHighWaterBytes: () => sweeper.highWaterBytes,
    reportsQueued: () => reporter.queued,
    drainProgress: () => drain.progress,
    historyBytes: resume.historyBytes,
  });

  const component = composeComponents(
    'access',
    [
      defineComponent({
        name: 'access-bus',
        start: async () => {
          // What came while the bus was cut off has passed by: where a room stands is not sure until the next batch.
          forgetBus = bulkBus.onConnectionChange(() => {
            for (const room of rooms.rooms()) room.isSure = false;
          });
          // Who came while the express workers could not be told is told again: it costs them a look each.
          forgetExpress = expressBus.onConnectionChange((isConnected) => {
            if (isConnected) arrivals.sendAll(table.connections);
          });
          await subscriptions.start();
        },
        stop: () => {
          forgetBus();
          forgetExpress();
          acks.stop();
          arrivals.stop();
          subscriptions.stop();
          rooms.stop();
        },
      }),
      defineComponent({
        name: 'access-sessions',
        start: () => reporter.start(),
        stop: () => reporter.stop(LAST_REPORTS_MS),
      }),
      defineComponent({ name: 'access-upkeep', start: () => upkeep.start(), stop: () => upkeep.stop() }),
      defineComponent({
        name: 'access-listeners',
        start: async () => {
          await listeners.start();
          if (listeners.hasTls) process.on('SIGHUP', reloadOnHangup);
        },
        drain: (deadlineMs) => exit.leave(deadlineMs),
        stop: () => {
          process.off('SIGHUP', reloadOnHangup);
          return exit.finish();
        },
      }),
      defineComponent({
        name: 'access-lease',
        start: () => {
          meter.start();
          lease.start();
          leaseJobs.start();
        },
        stop: async () => {
          await leaseJobs.stop();
          meter.stop();
          await lease.stop();
        },
      }),
      defineComponent({
        name: 'access-readiness',
        start: () => {
          forgetReadiness = registerReadiness({
            health: ports.health,
            bulkBus,
            expressBus,
            logic,
            isInSync: () => reporter.isInSync,
            isControlAnswering: () => lease.isAnswered,
            isDraining: () => exit.isDraining,
          });
        },
        stop: () => forgetReadiness(),
      }),
    ],
    { logger, clock },
  );

  return {
    ...component,
    describe: () => {
      const { wsUrl, tcpAddress } = describeNode(node, config, listeners);
      const portOf = (kind: 'ws' | 'wss' | 'tcp' | 'tls'): number | null => listeners.portOf(kind);
      return {
        nodeId,
        ws: wsUrl,
        tcp: tcpAddress,
        ports: { ws: portOf('ws'), wss: portOf('wss'), tcp: portOf('tcp'), tls: portOf('tls') },
      };
    },
  };
}

/** Connects the distributed adapters and composes the node, which then owns them. */
export async function openAccessApp(config: AccessConfig, base: AppBase): Promise<AccessApp> {
  const { clock, logger, nodeName } = base;
  nodeOf(base);
  const keyRing = parseKeyRing(config.tokenKeys);
  const bus = { url: config.natsUrl, name: nodeName, logger, clock };
  const bulkBus = await openNatsBus({ ...bus, lane: 'bulk' });
  const expressBus = await openNatsBus({ ...bus, lane: 'express' }).catch(async (caught: unknown) => {
    await bulkBus.close();
    throw caught;
  });
  const breakers = createBreakerObserver(base.metrics);
  const logic = openLogicClient({ addresses: config.logicGrpc, logger, clock, onBreaker: breakers('logic') });
  const control = openControlClient({ addresses: config.controlGrpc, logger, clock, onBreaker: breakers('control') });
  const adapters = defineComponent({
    name: 'access-adapters',
    stop: async () => {
      logic.close();
      control.close();
      await Promise.all([bulkBus.close(), expressBus.close()]);
    },
  });
  const app = createAccessApp(config, { ...base, bulkBus, expressBus, logic, control, keyRing });
  return { ...composeComponents('access', [adapters, app], { logger, clock }), describe: () => app.describe() };
}

/** Throws when the node cannot be called that. */
function nodeOf({ nodeName, clock }: Pick<AppBase, 'nodeName' | 'clock'>): NodeIncarnation {
  const nodeId = parseId<NodeId>(nodeName);
  if (nodeId === undefined || nodeId.length > MAX_NODE_ID_LENGTH) {
    throw new Error(`the node id must be an id of at most ${MAX_NODE_ID_LENGTH} characters (LONGWIRE_NODE_ID)`);
  }
  return { nodeId, incarnation: clock.now() };
}
